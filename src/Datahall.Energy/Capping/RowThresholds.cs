using Datahall.Energy.Curves;

namespace Datahall.Energy.Capping;

/// <summary>How far a row of servers is slowed down.</summary>
public enum RowStage
{
    /// <summary>Not at all.</summary>
    Free,

    /// <summary>Servers of low priority have their clocks locked.</summary>
    LowLocked,

    /// <summary>They have them locked lower, and servers of high priority are locked too.</summary>
    BothLocked,

    /// <summary>The power brake: all clocks as low as they go.</summary>
    Brake,
}

/// <summary>The thresholds of a row, as shares of its budget.</summary>
public sealed record RowThresholdRules
{
    /// <summary>From here servers of low priority are locked.</summary>
    public double Low { get; init; } = 0.80;

    /// <summary>From here servers of high priority are locked too.</summary>
    public double High { get; init; } = 0.89;

    /// <summary>From here all are braked.</summary>
    public double Brake { get; init; } = 0.99;

    /// <summary>How far below its threshold the load must fall for a stage to end.</summary>
    public double Hysteresis { get; init; } = 0.05;

    /// <summary>For how long, in seconds.</summary>
    public double HoldSeconds { get; init; } = 10;

    /// <summary>How long the last believable reading stands for the load, in seconds.</summary>
    public double StaleSeconds { get; init; } = 5;
}

/// <summary>Keeps a row of inference servers within its budget by two thresholds and a brake.</summary>
/// <remarks>
/// Up a stage at once, down one stage at a time after a hold. A reading that cannot be true moves nothing; when there was no other for
/// <see cref="RowThresholdRules.StaleSeconds"/>, both are locked, and nothing is released. For one caller. Source: POLCA (Patel et al., ASPLOS 2024); its
/// thresholds of about 80 and 89 % and its hysteresis of 5 % are recalled.
/// </remarks>
public sealed class RowThresholds
{
    private const double MostReading = 4;

    private readonly double budget;
    private readonly RowThresholdRules rules;
    private PowerReading reading;
    private double quietSeconds;

    /// <summary>Makes a controller that slows nothing yet.</summary>
    /// <param name="budgetWatts">What the row may draw, in watts, above 0.</param>
    /// <param name="rules">The thresholds.</param>
    /// <exception cref="ArgumentException">The thresholds do not rise from above their hysteresis, or a figure is out of its range.</exception>
    public RowThresholds(double budgetWatts, RowThresholdRules rules)
    {
        (budget, this.rules) = (Require.Positive(budgetWatts), rules);
        Require.NotNegative(rules.HoldSeconds);
        Require.NotNegative(rules.StaleSeconds);
        if (!(Require.NotNegative(rules.Hysteresis) < rules.Low && rules.Low < rules.High && rules.High < Require.Finite(rules.Brake)))
        {
            throw new ArgumentException($"hysteresis {rules.Hysteresis} and the thresholds {rules.Low}, {rules.High}, {rules.Brake} must rise");
        }
    }

    /// <summary>How far the row is slowed now.</summary>
    public RowStage Stage { get; private set; }

    /// <summary>Takes a reading.</summary>
    /// <param name="watts">What the row draws, in watts; NaN when nobody said.</param>
    /// <param name="seconds">The time since the last call, in seconds.</param>
    /// <returns>The stage from now on.</returns>
    public RowStage Step(double watts, double seconds)
    {
        var believed = reading.Take(watts, MostReading * budget, seconds);
        if (!reading.IsFresh(rules.StaleSeconds))
        {
            quietSeconds = 0;
            return Stage = Stage > RowStage.BothLocked ? Stage : RowStage.BothLocked;
        }

        var share = reading.Watts / budget;
        var wanted = share >= rules.Brake ? RowStage.Brake : share >= rules.High ? RowStage.BothLocked : share >= rules.Low ? RowStage.LowLocked : RowStage.Free;
        if (wanted >= Stage)
        {
            quietSeconds = 0;
            return Stage = wanted;
        }

        quietSeconds = believed && share < ThresholdOf(Stage) - rules.Hysteresis ? quietSeconds + seconds : 0;
        if (quietSeconds >= rules.HoldSeconds && quietSeconds > 0)
        {
            (Stage, quietSeconds) = (Stage - 1, 0);
        }

        return Stage;
    }

    private double ThresholdOf(RowStage stage) => stage switch { RowStage.Brake => rules.Brake, RowStage.BothLocked => rules.High, _ => rules.Low };
}
