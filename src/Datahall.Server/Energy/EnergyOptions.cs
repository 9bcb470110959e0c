namespace Datahall.Server.Energy;

/// <summary>How energy is counted.</summary>
internal sealed record EnergyOptions
{
    /// <summary>How often the fleet's power is looked at, above 0. Default 5 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often what was counted is written to jobs, services and the ledger, above 0. Default 1 min.</summary>
    public TimeSpan RecordInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the core is given new prices, above 0. Default 30 s.</summary>
    public TimeSpan PriceInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The age at which readings count no more, above 0. Default 15 s: agents send them every 2 s.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the ledger keeps the hours of jobs, services and nodes. Default 90 days.</summary>
    public TimeSpan KeepShares { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long it keeps the hours of sites. Default 3 years.</summary>
    public TimeSpan KeepSites { get; init; } = TimeSpan.FromDays(1096);

    /// <summary>The most rows of jobs, services and nodes; the oldest hours go first. Default 5 million, about 1 GB.</summary>
    public long MostShares { get; init; } = 5_000_000;
}
