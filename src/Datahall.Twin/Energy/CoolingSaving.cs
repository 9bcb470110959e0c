namespace Datahall.Twin.Energy;

/// <summary>Where the difference in cooling energy between two runs comes from, each part in joules, below 0: less; they add up to the whole.</summary>
/// <param name="ByFreeCooling">Less heat through the compressors, at the first run's COP: Q₁ − Q₀ over COP₀.</param>
/// <param name="ByCop">The same heat at a better COP: Q₁·(1/COP₁ − 1/COP₀).</param>
/// <param name="ByUnitFans">The units' fans.</param>
/// <param name="ByTowerAndPumps">The tower and the pumps.</param>
/// <param name="ServerFans">Not cooling, but against it: what the servers' own fans take more.</param>
public sealed record CoolingSaving(double ByFreeCooling, double ByCop, double ByUnitFans, double ByTowerAndPumps, double ServerFans)
{
    /// <summary>The parts' sum, in joules.</summary>
    public double Total => ByFreeCooling + ByCop + ByUnitFans + ByTowerAndPumps;

    /// <summary>Parts it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="baseline">What it is compared with.</param>
    public static CoolingSaving Of(ScenarioRun run, ScenarioRun baseline)
    {
        var (now, before) = (run.Energy, baseline.Energy);
        var perHeat = baseline.ChilledHeat > 0 ? before.Compressors / baseline.ChilledHeat : 0;
        return new(
            (run.ChilledHeat - baseline.ChilledHeat) * perHeat,
            now.Compressors - (baseline.ChilledHeat > 0 ? run.ChilledHeat * perHeat : before.Compressors),
            now.UnitFans - before.UnitFans,
            now.TowerFans + now.Pumps - before.TowerFans - before.Pumps,
            now.ServerFans - before.ServerFans);
    }
}
