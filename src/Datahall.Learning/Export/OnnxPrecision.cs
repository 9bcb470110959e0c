namespace Datahall.Learning.Export;

/// <summary>How an exported model computes.</summary>
internal enum OnnxPrecision
{
    /// <summary>Single precision throughout.</summary>
    Float32,

    /// <summary>
    /// Products of 8-bit integers: weights with a scale for each output channel, inputs with a scale that is worked out as the model runs.
    /// Normalisation, attention and activations stay in single precision.
    /// </summary>
    Int8,
}
