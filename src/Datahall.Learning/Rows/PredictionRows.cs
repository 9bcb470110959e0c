using Datahall.Learning.Evaluation;

namespace Datahall.Learning.Rows;

/// <summary>Sentences with what was found in them.</summary>
internal sealed class PredictionRows : IRowFormat<PredictedSentence>
{
    private readonly SharedNames tags = new();

    /// <inheritdoc/>
    public void Write(RowWriter writer, PredictedSentence row)
    {
        Words.Write(writer, row.Words);
        tags.Write(writer, row.Gold);
        tags.Write(writer, row.Predicted);
        writer.Write(row.Where);
        writer.Write(row.GoldProbability ?? -1);
    }

    /// <inheritdoc/>
    public PredictedSentence Read(ref RowReader reader)
    {
        var words = Words.Read(ref reader);
        var (gold, predicted, where, probability) = (tags.ReadAll(ref reader), tags.ReadAll(ref reader), reader.ReadText(), reader.ReadDouble());
        return new(words, gold, predicted, where) { GoldProbability = probability < 0 ? null : probability };
    }
}
