using Datahall.Energy.Attribution;
using Datahall.Energy.Metrics;
using Datahall.Model;

namespace Datahall.Server.Energy;

/// <summary>Counts looks at the fleet into the books of jobs and services and into the ledger. For one caller at a time.</summary>
internal sealed class EnergyCount(EnergyBooks books, EnergyLedger ledger)
{
    private const string Idle = "idle";
    private bool began;

    /// <summary>Counts a time over which a look holds.</summary>
    /// <param name="sample">The look at its end.</param>
    /// <param name="seconds">How much of it is counted, in seconds.</param>
    /// <param name="lostSeconds">How much of it nobody looked, in seconds.</param>
    public void Add(FleetSample sample, double seconds, double lostSeconds)
    {
        var hour = EnergyLedger.HourOf(sample.Time);
        foreach (var node in sample.Nodes)
        {
            AddNode(hour, sample.Time, node, seconds, lostSeconds);
        }

        foreach (var site in sample.Sites)
        {
            AddSite(hour, site, seconds);
        }

        foreach (var task in sample.Unread)
        {
            AddUncounted(hour, sample.Time, task, seconds + lostSeconds + Unseen(task, sample.Time));
        }

        began = true;
    }

    private void AddNode(long hour, DateTimeOffset now, NodeSample node, double seconds, double lostSeconds)
    {
        var whole = node.Over(seconds);
        var (site, currency) = (node.Site.Name, node.Site.Currency);
        foreach (var (task, watts) in node.Tasks)
        {
            var share = whole.Part(watts / node.Power.Wall) with { UncountedSeconds = lostSeconds + Unseen(task, now) };
            books.Add(task.Spec.Owner, share, currency, now);
            ledger.Add(new ShareKey(hour, site, currency, KindOf(task), task.Spec.Owner.Name, task.Spec.Queue), share);
        }

        ledger.Add(new ShareKey(hour, site, currency, Idle, "", ""), whole.Part(node.IdleWatts / node.Power.Wall));
        ledger.Add(new ShareKey(hour, site, currency, "node", node.Node.Name, ""), whole);
    }

    private void AddUncounted(long hour, DateTimeOffset now, TaskResource task, double seconds)
    {
        var gap = new EnergyShare { UncountedSeconds = seconds };
        books.Add(task.Spec.Owner, gap, "", now);
        ledger.Add(new ShareKey(hour, "", "", KindOf(task), task.Spec.Owner.Name, task.Spec.Queue), gap);
    }

    // What ran before the first look, since its owner was last counted: the control plane was away.
    private double Unseen(TaskResource task, DateTimeOffset now)
    {
        if (began || task.Status.Started is not { } started)
        {
            return 0;
        }

        var since = books.CountedThrough(task.Spec.Owner) is { } through && through > started ? through : started;
        return Math.Max(0, (now - since).TotalSeconds);
    }

    private void AddSite(long hour, SiteSample site, double seconds)
    {
        var joules = (site.Power?.Total ?? 0) * seconds;
        var account = site.Power is { } power
            ? power.Over(seconds) with { Cost = joules * (site.PricePerJoule ?? 0), CarbonGrams = joules * (site.GramsPerJoule ?? 0), Renewable = joules * (site.RenewableShare ?? 0) }
            : new EnergyAccount { Seconds = seconds, Compute = site.ItWatts * seconds };
        ledger.Add(new SiteKey(hour, site.Name, site.Currency, site.Power is not null, site.GramsPerJoule is not null), new SiteEnergy(account, site.DescribedWatts * seconds));
    }

    private static string KindOf(TaskResource task) => task.Spec.Job is not null ? "job" : "service";
}
