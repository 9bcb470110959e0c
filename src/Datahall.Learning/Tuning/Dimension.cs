using System.Globalization;

namespace Datahall.Learning.Tuning;

/// <summary>One field that is varied, as a number from 0 to 1.</summary>
/// <param name="name">The field's path.</param>
/// <param name="choices">How many values there are; 0: a continuum.</param>
/// <param name="textOf">The value at a place from 0 to 1, as JSON or plain text.</param>
internal sealed class Dimension(string name, int choices, Func<double, string> textOf)
{
    /// <summary>The field's path.</summary>
    public string Field => name;

    /// <summary>How many values without order there are; 0: values have an order.</summary>
    public int Choices => choices;

    /// <summary>The value at a place.</summary>
    public string TextAt(double place) => textOf(Math.Clamp(place, 0, 1));

    /// <summary>The dimensions of a search, in the order of their names.</summary>
    /// <exception cref="LearningException">A range is none.</exception>
    public static IReadOnlyList<Dimension> Of(IReadOnlyDictionary<string, RangeSettings> space)
    {
        if (space.Count == 0)
        {
            throw new LearningException("space: nothing is varied; name at least one field, such as training.learningRate: {log: [1e-4, 1e-3]}");
        }

        return [.. space.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => Of(pair.Key, pair.Value))];
    }

    private static Dimension Of(string field, RangeSettings range) => range switch
    {
        { Uniform: [var low, var high], Log: null, Whole: null, Choice: null } when low < high => new(field, 0, place => Text(low + (place * (high - low)))),
        { Log: [> 0 and var low, var high], Uniform: null, Whole: null, Choice: null } when low < high => new(field, 0, place => Text(low * Math.Pow(high / low, place))),
        { Whole: [var low, var high], Uniform: null, Log: null, Choice: null } when low < high =>
            new(field, 0, place => Math.Min(high, low + (int)(place * (high - low + 1L))).ToString(CultureInfo.InvariantCulture)),
        { Choice: { Count: > 1 } values, Uniform: null, Log: null, Whole: null } => new(field, values.Count, place => values[Math.Min(values.Count - 1, (int)(place * values.Count))]),
        _ => throw new LearningException($"space.{field}: give exactly one of uniform: [low, high], log: [low, high] with low above 0, whole: [low, high] or choice: with two values or more; low is below high"),
    };

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
