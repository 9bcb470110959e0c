using Datahall.Learning.Data;
using Datahall.Learning.Rows;

namespace Datahall.Learning.Tasks;

/// <summary>The texts of a task, on disk.</summary>
/// <param name="Train">Those to learn from; none when a model is judged.</param>
/// <param name="Dev">Those to judge by; none when nothing is judged.</param>
internal sealed record TaskTexts(DiskRows<LabelledText> Train, DiskRows<LabelledText> Dev) : IDisposable
{
    /// <summary>All words to learn from: texts and second texts, in their order.</summary>
    public IEnumerable<string> TrainTexts => Train.SelectMany(static text => text.Pair is { } pair ? new[] { text.Text, pair } : [text.Text]);

    /// <summary>No texts.</summary>
    public static DiskRows<LabelledText> None() => new("", new TextRows());

    /// <inheritdoc/>
    public void Dispose()
    {
        Train.Dispose();
        Dev.Dispose();
    }
}
