using Datahall.Energy.Attribution;
using Datahall.Energy.Metrics;

namespace Datahall.Server.Energy;

/// <summary>Whose energy of one hour a row of the ledger holds.</summary>
/// <param name="Hour">The hour's begin, in seconds since 1970 UTC.</param>
/// <param name="Site">The site; empty for nodes without a place.</param>
/// <param name="Currency">The currency of costs; empty without one.</param>
/// <param name="Kind"><c>job</c>, <c>service</c>, <c>idle</c>; or <c>node</c>, which has the same energy once more.</param>
/// <param name="Name">Whose.</param>
/// <param name="Queue">The queue of a job or service.</param>
internal readonly record struct ShareKey(long Hour, string Site, string Currency, string Kind, string Name, string Queue);

/// <summary>Which hour of a site a row of the ledger holds.</summary>
/// <param name="Hour">The hour's begin, in seconds since 1970 UTC.</param>
/// <param name="Site">The site; empty for nodes without a place.</param>
/// <param name="Currency">The currency of costs; empty without one.</param>
/// <param name="HasFacility">Whether more than the servers' own power was known.</param>
/// <param name="HasCarbon">Whether emissions were known.</param>
internal readonly record struct SiteKey(long Hour, string Site, string Currency, bool HasFacility, bool HasCarbon);

/// <summary>The energy of a site in an hour, and that part of the servers' whose type is described, in joules.</summary>
internal readonly record struct SiteEnergy(EnergyAccount Account, double Described)
{
    public static SiteEnergy operator +(in SiteEnergy a, in SiteEnergy b) => new(a.Account + b.Account, a.Described + b.Described);
}

/// <summary>A row of a report.</summary>
/// <param name="Kind">As <see cref="ShareKey.Kind"/>; empty where several are added up.</param>
/// <param name="Name">Whose.</param>
/// <param name="Queue">The queue; empty where there is none.</param>
/// <param name="Site">The site; empty where there is none, or several are added up.</param>
/// <param name="Currency">The currency of the cost.</param>
/// <param name="Energy">The energy.</param>
internal sealed record ShareRow(string Kind, string Name, string Queue, string Site, string Currency, EnergyShare Energy);
