using Datahall.Learning.Export;

namespace Datahall.Learning.Pipelines;

/// <summary>Which of a word's pieces say its label.</summary>
internal enum PieceAggregation
{
    /// <summary>The first, as models are trained here.</summary>
    First,

    /// <summary>All: their scores are averaged.</summary>
    Mean,

    /// <summary>For each label the piece that is the surest of it.</summary>
    Max,
}

/// <summary>How a pipeline runs.</summary>
internal sealed record PipelineOptions
{
    /// <summary>Which exported model of the folder is run.</summary>
    public OnnxPrecision Precision { get; init; } = OnnxPrecision.Float32;

    /// <summary>Threads of one run; 0 for one a core.</summary>
    public int Threads { get; init; }

    /// <summary>The most pieces of a batch, padding counted. Larger batches are slower: their states leave the processor's caches.</summary>
    public int TokensInBatch { get; init; } = 512;

    /// <summary>The longest input in pieces, special tokens counted; longer texts are run in windows. 0 for as many as the model has positions.</summary>
    public int WindowLength { get; init; }

    /// <summary>For models that label pieces; those that see words themselves label words at once.</summary>
    public PieceAggregation Aggregation { get; init; } = PieceAggregation.First;
}
