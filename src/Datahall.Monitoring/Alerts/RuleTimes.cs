using Datahall.Model;

namespace Datahall.Monitoring.Alerts;

/// <summary>The times of a rule where it says nothing itself.</summary>
internal static class RuleTimes
{
    /// <summary>How well a prediction's line must fit.</summary>
    public const double Confidence = 0.8;

    /// <summary>How much longer than its window an absence by labels remembers.</summary>
    public static readonly Duration Memory = Duration.FromSeconds(3600);

    /// <summary>How old the oldest sample in the window of a prediction must be at least.</summary>
    public static Duration HalfOf(Duration window) => new(Math.Max(1, window.Milliseconds / 2));

    /// <summary>How far a rule looks back; of a threshold nothing but the age that a last value may have.</summary>
    public static Duration WindowOf(AlertRuleSpec spec) => spec.Window ?? Duration.FromSeconds(spec.Kind is AlertRuleKind.Prediction ? 3600 : 300);
}
