using Datahall.Learning.Export;

namespace Datahall.Learning.Pipelines;

/// <summary>How a pipeline runs.</summary>
internal sealed record PipelineOptions
{
    /// <summary>Which exported model of the folder is run.</summary>
    public OnnxPrecision Precision { get; init; } = OnnxPrecision.Float32;

    /// <summary>Threads of one run; 0 for one a core.</summary>
    public int Threads { get; init; }

    /// <summary>The most pieces of a batch, padding counted. Larger batches are slower: their states leave the processor's caches.</summary>
    public int TokensInBatch { get; init; } = 512;
}
