namespace Datahall.Learning.Networks;

/// <summary>How a model is run: with or without dropout, and in which precision.</summary>
/// <param name="Precision">The precision of matrix products.</param>
/// <param name="Dropout">The source of dropout masks; null for evaluation, which drops nothing.</param>
internal sealed record ForwardMode(Precision Precision = Precision.Float32, DropoutMasks? Dropout = null)
{
    /// <summary>Evaluation in float32.</summary>
    public static ForwardMode Evaluation { get; } = new();
}
