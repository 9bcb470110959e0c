using Datahall.Energy.Facility;

namespace Datahall.Energy.Supply;

/// <summary>Plans supply, air flow and tower over the next hours, so that the whole facility draws least by its own model: model-predictive control.</summary>
/// <remarks>
/// <para>
/// Every 5 minutes, 16 stages of 15 minutes ahead: weather and load by <see cref="DayForecast"/>, what each supply costs by <see cref="PlantChoices"/>, the
/// cheapest way by <see cref="SetPointGrid"/>, and its first step is taken (receding horizon; Rawlings and Mayne, Model Predictive Control, 2009, ch. 1). A
/// stage moves by 4 K at the most, so that a change of load has the fifth kelvin of ASHRAE's 5 K in 15 minutes.
/// </para>
/// <para>
/// An inlet measured above the margin wins over the model: the supply goes down by as much, with the designed air flow. When weather or loads are absurd it
/// trims and responds; when the inlets are, it goes to the safe set point.
/// </para>
/// </remarks>
public sealed class Predictive : SupplyController
{
    /// <summary>How often it plans, in seconds.</summary>
    public const double PlanSeconds = 300;

    /// <summary>The stage of the plan, in seconds.</summary>
    public const long StageSeconds = 900;

    /// <summary>The most that a stage of 15 minutes moves, in kelvin.</summary>
    public const double MostPerStage = 4;

    private const double GridKelvin = 0.5;
    private const double TrimSeconds = 120;
    private const int SlotsPerStage = 3;
    private const int SlotsPerDay = 288;
    private const int LoadSteps = 50; // Loads are rounded up to fiftieths, so that tables can be kept.
    private const int MostTables = 2000;
    private const double MoveWattsPerServer = 0.2; // What a move by one point must save, for each server: it keeps the set point from hunting.

    private readonly FacilityModel facility;
    private readonly FacilityState trial;
    private readonly double[] supplies;
    private readonly SetPointGrid plan;
    private readonly int stages;
    private readonly DayForecast wetBulb = new(SlotsPerDay);
    private readonly DayForecast dryBulb = new(SlotsPerDay);
    private readonly DayForecast dewPoint = new(SlotsPerDay);
    private readonly DayForecast load = new(SlotsPerDay);
    private readonly Dictionary<UInt128, PlantChoices> tables = [];

    /// <summary>Makes a controller.</summary>
    /// <param name="bounds">Between which temperatures.</param>
    /// <param name="facility">The model.</param>
    /// <param name="stages">How many stages of 15 minutes it looks ahead, 1 to 95.</param>
    public Predictive(SupplyBounds bounds, FacilityModel facility, int stages = 16)
        : base(bounds, PlanSeconds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stages, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stages, (SlotsPerDay / SlotsPerStage) - 1);
        (this.facility, trial) = (facility, facility.NewState(bounds.Safe));
        var points = (int)Math.Floor((bounds.Highest - bounds.Lowest) / GridKelvin) + 1;
        supplies = [.. Enumerable.Range(0, points).Select(i => bounds.Lowest + (i * GridKelvin))];
        plan = new(stages, points, (int)(MostPerStage / GridKelvin), MoveWattsPerServer * facility.Blocks.Sum(static block => block.Count));
        this.stages = stages;
    }

    private protected override double Wanted(in SupplyReadings readings)
    {
        var watts = Watts(readings.State);
        if (!IsPlausible(readings) || !double.IsFinite(watts) || watts < 0)
        {
            return TrimAndRespond.Next(readings, SetPoint, Margin, PlanSeconds / TrimSeconds);
        }

        wetBulb.Add(readings.Outdoor.WetBulbCelsius);
        dryBulb.Add(readings.Outdoor.DryBulbCelsius);
        dewPoint.Add(readings.Outdoor.DewPointCelsius);
        load.Add(watts);
        if (readings.Headroom < Margin)
        {
            return SetPoint + (readings.Headroom - Margin);
        }

        for (var stage = 0; stage < stages; stage++)
        {
            Row(readings.State, stage * SlotsPerStage, watts).Watts.CopyTo(plan.Costs, stage * supplies.Length);
        }

        const double most = MostPerStage * PlanSeconds / StageSeconds;
        var next = Math.Clamp(supplies[plan.First((SetPoint - supplies[0]) / GridKelvin, out _)], SetPoint - most, SetPoint + most);
        Settings = Row(readings.State, 0, watts).Settings[Math.Clamp((int)Math.Round((next - supplies[0]) / GridKelvin), 0, supplies.Length - 1)];
        return next;
    }

    // No place on earth is colder or hotter than this.
    private static bool IsPlausible(in SupplyReadings readings) =>
        readings.Outdoor is { DryBulbCelsius: > -90 and < 60, WetBulbCelsius: > -90 and < 60, DewPointCelsius: > -120 and < 60 };

    private static double Watts(FacilityState state)
    {
        var sum = 0.0;
        for (var i = 0; i < state.Compute.Length; i++)
        {
            sum += (state.Compute[i] * state.Awake[i]) + state.TransitWatts[i];
        }

        return sum;
    }

    private PlantChoices.Row Row(FacilityState state, int slots, double watts)
    {
        var weather = PlantChoices.Weather.Of(wetBulb.At(slots), dryBulb.At(slots), dewPoint.At(slots), facility.Plant);
        return Table(state, watts > 0 ? Math.Max(0, load.At(slots)) / watts : 1).At(weather);
    }

    private PlantChoices Table(FacilityState state, double ratio)
    {
        trial.Fans = state.Fans;
        var key = (UInt128)(int)state.Fans;
        for (var i = 0; i < trial.Compute.Length; i++)
        {
            var power = facility.Blocks[i].Type.Power;
            var level = power.MaxWatts > 0 ? Math.Ceiling(Math.Clamp(state.Compute[i] * ratio, power.IdleWatts, power.MaxWatts) / power.MaxWatts * LoadSteps) : 0;
            (trial.Compute[i], trial.Awake[i]) = (Math.Min(power.MaxWatts, level / LoadSteps * power.MaxWatts), state.Awake[i]);
            (trial.Transit[i], trial.TransitWatts[i]) = (state.Transit[i], state.TransitWatts[i]);
            key = Mix(Mix(Mix(key, level), state.Awake[i]), state.Transit[i]);
        }

        if (!tables.TryGetValue(key, out var table))
        {
            if (tables.Count >= MostTables)
            {
                tables.Clear();
            }

            tables.Add(key, table = new(facility, trial, supplies, Margin));
        }

        return table;
    }

    // FNV-1a over 128 bits: two loads in the same place are not to be expected.
    private static UInt128 Mix(UInt128 key, double value) =>
        (key ^ (UInt128)BitConverter.DoubleToUInt64Bits(value)) * new UInt128(0x0000000001000000, 0x000000000000013B);
}
