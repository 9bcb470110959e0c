namespace Datahall.Learning.Pipelines;

/// <summary>Scores how well pairs of texts fit. A long first text counts by its best window. Source: Dai and Callan 2019, MaxP.</summary>
internal sealed class PairRankingPipeline(PipelineParts parts) : TextPipeline(parts)
{
    private readonly InputRows inputs = new(parts);

    /// <summary>The score of each pair, higher for a better fit.</summary>
    public IReadOnlyList<float> Run(IReadOnlyList<(string First, string Second)> pairs)
    {
        var windows = pairs.Select(pair => inputs.Of(pair.First, pair.Second).ToList()).ToList();
        var scores = RunWhole([.. windows.SelectMany(rows => rows)], 1);
        var next = 0;
        return [.. windows.Select(rows => scores[next..(next += rows.Count)].Max(score => score[0]))];
    }
}
