using Datahall.Energy.Attribution;
using Datahall.Energy.Metrics;
using Datahall.Model;

namespace Datahall.Server.Energy;

/// <summary>A site and the servers that run in it, with its model, which is made anew when either changes.</summary>
/// <param name="name">The site's name; empty for nodes without a place.</param>
internal sealed class SiteBoard(string name)
{
    // What the fans of a server without a model are taken to see: the usual supply.
    private const double UsualInletCelsius = 18;

    private readonly List<(string Node, PlacedServer Server)> standing = [];
    private Dictionary<(string Hall, string Rack), Rack> racks = [];
    private EnergyRates rates = new(null, null);
    private SiteModel? model;
    private string? missing = "no site says where the node stands";

    /// <summary>What the site is; null for nodes without a place.</summary>
    public SiteSpec? Spec { get; private set; }

    /// <summary>Takes up what the site is now.</summary>
    public void Put(SiteSpec site)
    {
        if (ReferenceEquals(site, Spec))
        {
            return;
        }

        (Spec, model, missing) = (site, null, null);
        standing.Clear();
        rates = new(site.Tariff, site.Carbon);
        racks = site.Halls.SelectMany(static hall => hall.AllRacks().Select(rack => (Key: (hall.Name, rack.Name), rack))).ToDictionary(static entry => entry.Key, static entry => entry.rack);
    }

    /// <summary>The rack of a place; null when the site has none such.</summary>
    public Rack? Find(NodeLocation at) => racks.GetValueOrDefault((at.Hall, at.Rack));

    /// <summary>The inlet that the fans of a server see, in °C: the model's when it was last settled, else the usual one.</summary>
    public double InletOf(int server) => model is not null && server < standing.Count ? model.Inlet(server) : UsualInletCelsius;

    /// <summary>Takes up which servers run; when others ran before, the model is made anew.</summary>
    public void Stand(IReadOnlyList<(string Node, PlacedServer Server)> servers)
    {
        if (Spec is null || (missing is null && model is not null && servers.SequenceEqual(standing)))
        {
            return;
        }

        standing.Clear();
        standing.AddRange(servers);
        try
        {
            (model, missing) = (SiteModel.Of(Spec, [.. servers.Select(static server => server.Server)]), null);
        }
        catch (ArgumentException e) // The site is not described far enough: its servers are counted, and nothing else.
        {
            (model, missing) = (null, e.Message);
        }
    }

    /// <summary>What the site draws while its servers draw this; and each server's price, when it is known.</summary>
    public (SiteSample Sample, double[]? Prices) Settle(IReadOnlyList<NodePower> servers, double describedWatts, DateTimeOffset now)
    {
        var sample = new SiteSample { Name = name, Missing = missing, ItWatts = servers.Sum(static server => server.Wall), DescribedWatts = describedWatts };
        if (Spec is null || model is null)
        {
            return (sample, null);
        }

        var (ofDay, ofYear) = SiteClock.Hours(Spec, now);
        var outdoor = model.Outdoor(ofYear);
        try
        {
            var power = model.Settle(servers, outdoor);
            return (sample with
            {
                Power = power,
                Outdoor = outdoor,
                SupplyCelsius = model.Point!.SupplyCelsius,
                Point = model.Point,
                BlockOf = standing.Select((server, i) => (server.Node, Block: model.BlockOf[i])).ToDictionary(static server => server.Node, static server => server.Block, StringComparer.Ordinal),
                PricePerJoule = rates.PricePerJoule(ofDay),
                Currency = Spec.Tariff?.Currency ?? "",
                GramsPerJoule = rates.GramsPerJoule(ofDay),
                RenewableShare = rates.RenewableShare,
            }, model.Prices());
        }
        catch (InvalidOperationException e) // The model has no rest under this load; it may have one a moment later.
        {
            model = null;
            return (sample with { Missing = e.Message }, null);
        }
    }
}
