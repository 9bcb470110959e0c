using Datahall.Energy.Metrics;
using Datahall.Server.Stores;

namespace Datahall.Server.Energy;

/// <summary>Adds up hours of the ledger.</summary>
internal sealed class LedgerReader(Database database)
{
    private static string Shares { get; } = string.Join(", ", LedgerSchema.ShareColumns.Select(static c => $"sum({c})"));

    private static string Sites { get; } = string.Join(", ", LedgerSchema.SiteColumns.Select(static c => $"sum({c})"));

    /// <summary>What fell to whom, the most first; with costs in several currencies, a row for each.</summary>
    /// <param name="by">What is added up.</param>
    /// <param name="from">The first hour, in seconds since 1970.</param>
    /// <param name="to">The hour after the last.</param>
    /// <param name="site">Only of this site; null: of all.</param>
    public IReadOnlyList<ShareRow> SharesBy(ReportBy by, long from, long to, string? site)
    {
        // Columns that are added up over become empty; names of kinds that nobody owns are their kind's.
        var (kinds, kind, name, queue, place) = by switch
        {
            ReportBy.Job => ("kind = 'job'", "kind", "name", "max(queue)", "''"),
            ReportBy.Service => ("kind = 'service'", "kind", "name", "max(queue)", "''"),
            ReportBy.Node => ("kind = 'node'", "kind", "name", "''", "max(site)"),
            ReportBy.Queue => ("kind <> 'node'", "''", "CASE kind WHEN 'idle' THEN '' ELSE queue END", "''", "''"),
            _ => ("kind <> 'node'", "''", "site", "''", "site"),
        };
        using var rows = database.Prepare($"""
            SELECT {kind}, {name} AS who, {queue}, {place}, currency, {Shares} FROM share
            WHERE {kinds} AND hour >= ? AND hour < ?{(site is null ? "" : " AND site = ?")} GROUP BY who, currency ORDER BY sum(it) DESC, who
            """);
        _ = site is null ? rows.Bind(1, from).Bind(2, to) : rows.Bind(1, from).Bind(2, to).Bind(3, site);
        var found = new List<ShareRow>();
        while (rows.Step())
        {
            found.Add(new(rows.Text(0), rows.Text(1), rows.Text(2), rows.Text(3), rows.Text(4), new()
            {
                It = rows.Real(5) ?? 0,
                Measured = rows.Real(6) ?? 0,
                Covered = rows.Real(7) ?? 0,
                UncountedSeconds = rows.Real(8) ?? 0,
                Facility = rows.Real(9),
                Cooling = rows.Real(10),
                Cost = rows.Real(11),
                CarbonGrams = rows.Real(12),
            }));
        }

        return Merged(found);
    }

    // What had no cost stands with what had one.
    private static List<ShareRow> Merged(List<ShareRow> rows)
    {
        var merged = new List<ShareRow>();
        foreach (var who in rows.GroupBy(static row => row.Name, StringComparer.Ordinal))
        {
            var free = who.Where(static row => row.Currency.Length == 0).ToList();
            var priced = who.Where(static row => row.Currency.Length > 0).ToList();
            var first = priced.Count > 0 ? priced[0] : free[0];
            var others = priced.Count > 0 ? free : [];
            merged.Add(others.Aggregate(first, static (sum, row) => sum with { Energy = sum.Energy + row.Energy, Site = sum.Site.Length > 0 ? sum.Site : row.Site }));
            merged.AddRange(priced.Skip(1));
        }

        return [.. merged.OrderByDescending(static row => row.Energy.It)];
    }

    /// <summary>What each site drew, by name; what was known apart from what was not.</summary>
    public IReadOnlyList<(SiteKey Key, SiteEnergy Energy)> SitesOf(long from, long to, string? site)
    {
        using var rows = database.Prepare($"""
            SELECT site, currency, facility, has_carbon, {Sites} FROM site
            WHERE hour >= ? AND hour < ?{(site is null ? "" : " AND site = ?")} GROUP BY site, currency, facility, has_carbon ORDER BY site
            """);
        _ = site is null ? rows.Bind(1, from).Bind(2, to) : rows.Bind(1, from).Bind(2, to).Bind(3, site);
        var found = new List<(SiteKey, SiteEnergy)>();
        while (rows.Step())
        {
            found.Add((new(0, rows.Text(0), rows.Text(1), rows.Int64(2) != 0, rows.Int64(3) != 0), new(AccountOf(rows, 4), rows.Real(4 + LedgerSchema.SiteColumns.Count - 1) ?? 0)));
        }

        return found;
    }

    private static EnergyAccount AccountOf(Statement rows, int first)
    {
        return new()
        {
            Seconds = At(0),
            Compute = At(1),
            ServerFans = At(2),
            SupplyLoss = At(3),
            RackLoss = At(4),
            PduLoss = At(5),
            UpsLoss = At(6),
            UnitFans = At(7),
            Compressors = At(8),
            TowerFans = At(9),
            Pumps = At(10),
            Other = At(11),
            HeatRemoved = At(12),
            Reused = At(13),
            Renewable = At(14),
            WaterLitres = At(15),
            CarbonGrams = At(16),
            Cost = At(17),
        };

        double At(int column) => rows.Real(first + column) ?? 0;
    }
}

/// <summary>What a report adds up.</summary>
internal enum ReportBy
{
    /// <summary>Sites.</summary>
    Site,

    /// <summary>Queues; what fell to no work has none.</summary>
    Queue,

    /// <summary>Jobs.</summary>
    Job,

    /// <summary>Services.</summary>
    Service,

    /// <summary>Nodes.</summary>
    Node,
}
