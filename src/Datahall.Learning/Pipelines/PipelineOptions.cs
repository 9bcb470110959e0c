using Datahall.Learning.Export;

namespace Datahall.Learning.Pipelines;

/// <summary>How a pipeline runs.</summary>
internal sealed record PipelineOptions
{
    /// <summary>Which exported model of the folder is run.</summary>
    public OnnxPrecision Precision { get; init; } = OnnxPrecision.Float32;

    /// <summary>Threads of one run; 0 for one a core.</summary>
    public int Threads { get; init; }

    /// <summary>The most pieces of a batch, padding counted.</summary>
    public int TokensInBatch { get; init; } = 1024;

    /// <summary>The longest input in pieces, special tokens counted; longer texts are run in windows. 0 for as many as the model has positions.</summary>
    public int WindowLength { get; init; }

    /// <summary>How many pieces of a long text a window sees again of the one before, half of them as mere context.</summary>
    public int WindowOverlap { get; init; } = 64;
}
