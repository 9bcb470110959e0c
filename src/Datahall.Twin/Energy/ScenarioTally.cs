using Datahall.Energy.Facility;
using Datahall.Energy.Metrics;
using Datahall.Energy.Sleep;

namespace Datahall.Twin.Energy;

/// <summary>Adds up the steps of a run.</summary>
internal sealed class ScenarioTally
{
    private EnergyAccount energy;
    private double peak;
    private double boards;
    private double asleep;
    private long wakes;
    private double supply;
    private double free;
    private double violation;
    private double worst = double.NegativeInfinity;
    private double? first;
    private double unmet;
    private double overload;
    private double worstFeed;
    private double chilled;
    private readonly EnvelopeWatch envelope = new();

    public void Watch(FacilityModel facility, FacilityState state, in FacilityPower power, double dewPoint, double seconds) =>
        envelope.Step(facility, state, power, dewPoint, seconds);

    public void Add(in FacilityPower power, in EnergyAccount step, double setPoint, double at, double seconds)
    {
        energy += step;
        peak = Math.Max(peak, power.Total);
        boards = Math.Max(boards, power.Compute);
        supply += setPoint * seconds;
        chilled += power.Plant.Chilled * seconds;
        free += power.Plant.FreeShare >= 1 ? seconds : 0;
        worst = Math.Max(worst, power.WorstInlet);
        unmet += power.Plant.Unmet * seconds;
        worstFeed = Math.Max(worstFeed, power.Feeds.WorstLoad);
        overload += power.Feeds.WorstLoad > 1 ? seconds : 0;
        if (power.WorstInlet > 0)
        {
            violation += seconds;
            first ??= at;
        }
    }

    public void Count(SleepControl? sleep, double seconds)
    {
        asleep += (sleep?.Asleep ?? 0) * seconds;
        wakes = sleep?.Wakes ?? 0;
    }

    public ScenarioRun Report(string policy) => new()
    {
        Policy = policy,
        Energy = energy,
        PeakWatts = peak,
        PeakBoardWatts = boards,
        MeanAsleep = asleep / energy.Seconds,
        Wakes = wakes,
        MeanSupplyCelsius = supply / energy.Seconds,
        FreeShare = free / energy.Seconds,
        ChilledHeat = chilled,
        Envelope = envelope.Seconds,
        ViolationSeconds = violation,
        WorstInletKelvin = worst,
        FirstViolationSeconds = first,
        UnmetHeat = unmet,
        OverloadSeconds = overload,
        WorstFeedLoad = worstFeed,
    };
}
