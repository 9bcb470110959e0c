using Datahall.Energy.Metrics;

namespace Datahall.Twin.Energy;

/// <summary>What came of a scenario.</summary>
/// <param name="Name">The scenario.</param>
/// <param name="Site">The site.</param>
/// <param name="Servers">How many servers it has.</param>
/// <param name="Racks">How many racks.</param>
/// <param name="Currency">The currency of costs; null without a tariff.</param>
/// <param name="Runs">One for each policy; the first is the baseline.</param>
public sealed record ScenarioReport(string Name, string Site, int Servers, int Racks, string? Currency, IReadOnlyList<ScenarioRun> Runs);

/// <summary>What came of one policy.</summary>
public sealed record ScenarioRun
{
    /// <summary>The policy.</summary>
    public required string Policy { get; init; }

    /// <summary>The energy by part, water, emissions and cost.</summary>
    public required EnergyAccount Energy { get; init; }

    /// <summary>The highest power of the whole site in a step, in watts.</summary>
    public required double PeakWatts { get; init; }

    /// <summary>The mean of the supplied air, in °C.</summary>
    public required double MeanSupplyCelsius { get; init; }

    /// <summary>The share of the time in which outdoor cold did all the cooling of the air.</summary>
    public required double FreeShare { get; init; }

    /// <summary>The heat that compressors moved, in joules.</summary>
    public required double ChilledHeat { get; init; }

    /// <summary>How long inlets were too cold, too humid, or changing too fast.</summary>
    public required EnvelopeSeconds Envelope { get; init; }

    /// <summary>How far the hottest component came above its limit, in kelvin, below 0: never; null: the servers' fans are not run by it.</summary>
    public double? ComponentKelvin { get; init; }

    /// <summary>What the heat that others took brought, in the tariff's currency.</summary>
    public double HeatRevenue { get; init; }

    /// <summary>What was done against lost cooling; null: the policy does nothing about it.</summary>
    public EmergencyReport? Emergency { get; init; }

    /// <summary>How long an inlet was above its limit, in seconds.</summary>
    public required double ViolationSeconds { get; init; }

    /// <summary>How far the worst inlet was above its limit, in kelvin; below 0: never.</summary>
    public required double WorstInletKelvin { get; init; }

    /// <summary>When an inlet was first above its limit, in seconds from the start; null: never.</summary>
    public required double? FirstViolationSeconds { get; init; }

    /// <summary>Heat that the compressors could not move when it arose, in joules.</summary>
    public required double UnmetHeat { get; init; }

    /// <summary>How long a feed was above its rating, in seconds.</summary>
    public required double OverloadSeconds { get; init; }

    /// <summary>The highest load of a feed over its rating.</summary>
    public required double WorstFeedLoad { get; init; }

    /// <summary>The highest power of all servers' boards in a step, in watts.</summary>
    public required double PeakBoardWatts { get; init; }

    /// <summary>The share of the work that power caps cost, from 0 to 1.</summary>
    public double WorkLostShare { get; init; }

    /// <summary>By how much the lowest caps still exceeded the limit of the boards at most, in watts; 0: the limit was kept.</summary>
    public double BoardExcessWatts { get; init; }

    /// <summary>By how much a feed, rack or the grid connection was exceeded with all work at its lowest cap and paused at most, in watts; 0: never.</summary>
    public double FeedExcessWatts { get; init; }

    /// <summary>How long feeds, racks or the grid connection held caps, in seconds.</summary>
    public double CappedSeconds { get; init; }

    /// <summary>The share of the work that was paused, to be done later, from 0 to 1.</summary>
    public double WorkPausedShare { get; init; }

    /// <summary>The share of the work that was paused and not done by the end, from 0 to 1.</summary>
    public double WorkOwedShare { get; init; }

    /// <summary>What came of each request of the grid for less.</summary>
    public IReadOnlyList<DemandResponseResult> DemandResponses { get; init; } = [];

    /// <summary>The share of the work that came while too few servers were awake, or none had power, from 0 to 1.</summary>
    public double UnservedShare { get; init; }

    /// <summary>The mean number of sleeping servers.</summary>
    public required double MeanAsleep { get; init; }

    /// <summary>What one more watt would cost as things stood in the end, once settled.</summary>
    public PriceRange? Price { get; init; }

    /// <summary>How many times a server was woken.</summary>
    public required long Wakes { get; init; }

    /// <summary>What came of the jobs; null: the workload has none.</summary>
    public JobTally? Jobs { get; init; }

    /// <summary>How it went over time.</summary>
    public ScenarioSeries Series { get; init; } = new(0, []);
}
