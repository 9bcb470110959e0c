using Datahall.Learning.Evaluation;
using Datahall.Learning.Export;
using Datahall.Learning.Settings;

namespace Datahall.Learning.Tasks;

/// <summary>What is to be judged.</summary>
/// <param name="Model">The model's folder.</param>
/// <param name="Data">The files, as <see cref="DataSettings.Dev"/>.</param>
/// <param name="Entities">How entities are counted.</param>
/// <param name="Predictions">Where what was found is written; null: nowhere.</param>
internal sealed record EvaluationRequest(string Model, DataSettings Data, EntityMode Entities, string? Predictions)
{
    /// <summary>What runs the model.</summary>
    public ModelRuntime Runtime { get; init; }

    /// <summary>The ONNX model that is run.</summary>
    public OnnxPrecision Precision => Runtime is ModelRuntime.Int8 ? OnnxPrecision.Int8 : OnnxPrecision.Float32;

    /// <summary>Pieces that are run at once.</summary>
    public int TokensPerBatch { get; init; } = 4096;
}

/// <summary>What runs a model that is judged.</summary>
internal enum ModelRuntime
{
    /// <summary>TorchSharp, as in training.</summary>
    Torch,

    /// <summary>ONNX Runtime.</summary>
    Onnx,

    /// <summary>ONNX Runtime, with weights of 8 bits.</summary>
    Int8,
}
