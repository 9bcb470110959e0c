namespace Datahall.Learning.Networks;

/// <summary>The values a parameter begins with.</summary>
internal enum Initial
{
    /// <summary>Normal with mean 0 and the config's <c>initializer_range</c>, as Transformers draws them.</summary>
    Normal,

    /// <summary>All 0: biases.</summary>
    Zeros,

    /// <summary>All 1: the gains of layer normalisation.</summary>
    Ones,

    /// <summary>Uniform in ±√(3 / fan-in), the variance of LeCun's rule: convolutions and embeddings of characters.</summary>
    FanIn,
}
