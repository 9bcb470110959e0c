using Datahall.Learning.Evaluation;
using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Settings;
using Datahall.Learning.Tasks;

namespace Datahall.Learning.Compression;

/// <summary>How large, fast and good a model is in ONNX Runtime.</summary>
/// <param name="Name">Which model.</param>
/// <param name="Bytes">The size of its ONNX file.</param>
/// <param name="Parameters">Its numbers, those that are not 0.</param>
/// <param name="TextsPerSecond">Texts a second, in batches.</param>
/// <param name="Milliseconds">The median time of a single text.</param>
/// <param name="SlowMilliseconds">The 99th of a hundred.</param>
/// <param name="Quality">Entity F1, accuracy or micro F1.</param>
internal sealed record ModelMeasure(string Name, long Bytes, long Parameters, double TextsPerSecond, double Milliseconds, double SlowMilliseconds, double Quality)
{
    /// <summary>Measures the model of a folder on files.</summary>
    public static ModelMeasure Of(string name, string folder, OnnxPrecision precision, DataSettings data, CancellationToken cancellationToken)
    {
        var path = OnnxExport.Write(folder, precision);
        var task = LearningTasks.Judging(ModelConfig.Load(folder), folder);
        var runtime = precision is OnnxPrecision.Int8 ? ModelRuntime.Int8 : ModelRuntime.Onnx;
        var report = task.Evaluate(new(folder, data, EntityMode.Conlleval, null) { Runtime = runtime }, cancellationToken);
        var (median, slow) = SingleTexts.Measure(folder, precision, data);
        using var weights = SafetensorsFile.OpenFolder(folder);
        return new(
            name, new FileInfo(path).Length, weights.Tensors.Values.Sum(static tensor => tensor.ToFloat32().LongCount(static value => value != 0)),
            report.Figures.First(static figure => figure.Key.EndsWith("a second", StringComparison.Ordinal)).Value, median, slow, QualityOf(report));
    }

    private static double QualityOf(EvaluationReport report) => report switch
    {
        { Entities: { } entities } => entities.Micro.F1,
        { MultiLabel: { } labels } => labels.Micro.F1,
        { Tokens: { } texts } => texts.Accuracy,
        _ => throw new LearningException($"{report.Model}: there is no figure to compare models of this kind by"),
    };
}
