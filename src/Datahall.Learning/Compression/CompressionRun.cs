using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Settings;
using Datahall.Learning.Tasks;
using Datahall.Learning.Training;

namespace Datahall.Learning.Compression;

/// <summary>Makes a model smaller as a recipe says, and measures it before and after on the same data.</summary>
internal static class CompressionRun
{
    /// <summary>Runs a recipe.</summary>
    /// <param name="model">The model's folder; it is left as it is, but for its ONNX file.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="output">Where the smaller model goes: its folder <c>model</c>.</param>
    /// <param name="cancellationToken">Gives up; a training goes on with the same command.</param>
    /// <returns>The original, the smaller one, and the smaller one in int8 when the recipe asks for it.</returns>
    public static IReadOnlyList<ModelMeasure> Run(string model, CompressionRecipe recipe, string output, CancellationToken cancellationToken)
    {
        if (recipe.Data.Dev.Count == 0)
        {
            throw new LearningException("data.dev names no file; a model is measured on it before and after");
        }

        List<ModelMeasure> measures = [ModelMeasure.Of("original", model, OnnxPrecision.Float32, recipe.Data, cancellationToken)];
        var pruned = Path.Combine(output, "pruned");
        Pruning.Write(model, pruned, recipe.Prune);
        var result = pruned;
        if (recipe.Retrain is { } training)
        {
            measures.Add(ModelMeasure.Of("cut", pruned, OnnxPrecision.Float32, recipe.Data, cancellationToken));
            result = Retrain(model, pruned, recipe, training, Path.Combine(output, "retrained"), cancellationToken);
        }

        var final = Path.Combine(output, "model");
        ModelPlace.Copy(result, final);
        measures.Add(ModelMeasure.Of(recipe.Retrain is null ? "cut" : recipe.Distil ? "cut, taught again" : "cut, trained again", final, OnnxPrecision.Float32, recipe.Data, cancellationToken));
        if (recipe.Quantise)
        {
            measures.Add(ModelMeasure.Of("the same in int8", final, OnnxPrecision.Int8, recipe.Data, cancellationToken));
        }

        return measures;
    }

    private static string Retrain(string model, string pruned, CompressionRecipe recipe, TrainingSettings training, string output, CancellationToken cancellationToken) => TrainingRun.Run(
        new()
        {
            Task = LearningTasks.Judging(ModelConfig.Load(pruned), pruned).Name,
            Output = output,
            Seed = recipe.Seed,
            Data = recipe.Data,
            Model = new() { From = pruned },
            Training = training with
            {
                KeepZeros = training.KeepZeros || recipe.Prune.Magnitude > 0,
                Teachers = recipe.Distil ? [.. training.Teachers, model] : training.Teachers,
            },
        },
        TimeProvider.System,
        cancellationToken);
}
