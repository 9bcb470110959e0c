using System.Globalization;

namespace Datahall.Energy.Metrics;

/// <summary>A metric's value, or why there is none.</summary>
public readonly record struct Metric
{
    private Metric(double value, string? reason) => (Value, Reason) = (value, reason);

    /// <summary>The value; NaN when there is none.</summary>
    public double Value { get; }

    /// <summary>Why there is no value; null when there is one.</summary>
    public string? Reason { get; }

    /// <summary>Whether there is a value.</summary>
    public bool IsDefined => Reason is null;

    /// <summary>A value.</summary>
    public static Metric Of(double value) => new(value, null);

    /// <summary>No value.</summary>
    /// <param name="reason">Why, in a sentence for people.</param>
    public static Metric Undefined(string reason) => new(double.NaN, reason);

    /// <summary>The value with three digits, or <c>-</c>.</summary>
    public override string ToString() => IsDefined ? Value.ToString("0.000", CultureInfo.InvariantCulture) : "-";
}
