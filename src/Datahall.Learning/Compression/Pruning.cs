using System.Runtime.InteropServices;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;

namespace Datahall.Learning.Compression;

/// <summary>Cuts layers, attention heads, feed-forward neurons and single weights out of a model's folder.</summary>
/// <remarks>
/// Heads and neurons go by the product of the norms of what leads into them and out of them: what contributes least to the sums. Sources: layers from the top
/// (Sajjad et al. 2023, "On the Effect of Dropping Layers of Pre-trained Transformer Models", section 3.1); heads (Michel, Levy and Neubig 2019, here without
/// data); magnitude (Han et al. 2015).
/// </remarks>
internal static class Pruning
{
    /// <summary>Writes the smaller model.</summary>
    /// <param name="from">A Hugging Face folder.</param>
    /// <param name="to">Where to; tokenizer files are copied too.</param>
    /// <param name="settings">What goes.</param>
    /// <exception cref="LearningException">Nothing would be left.</exception>
    public static void Write(string from, string to, PruningSettings settings)
    {
        var config = ModelConfig.Load(from);
        if (settings.Layers >= config.Layers)
        {
            throw new LearningException($"prune.layers: {settings.Layers} of {config.Layers} layers cannot go; at least one must be left");
        }

        using var file = SafetensorsFile.OpenFolder(from);
        var tensors = file.Tensors.Values.Where(tensor => LayerOf(tensor.Name, config) is not { } layer || layer < config.Layers - settings.Layers).ToDictionary(static tensor => tensor.Name, StringComparer.Ordinal);
        var layers = config.Layers - settings.Layers;
        var (heads, neurons) = (new int[layers], new int[layers]);
        for (var layer = 0; layer < layers; layer++)
        {
            heads[layer] = CutHeads(tensors, config, layer, settings.Heads);
            neurons[layer] = CutNeurons(tensors, config, layer, settings.Neurons);
        }

        if (settings.Magnitude > 0)
        {
            CutWeights(tensors, config, settings.Magnitude);
        }

        Directory.CreateDirectory(to);
        foreach (var other in Directory.EnumerateFiles(from).Where(static path => Path.GetExtension(path) is not (".safetensors" or ".onnx") && Path.GetFileName(path) is not ("config.json" or "model.safetensors.index.json")))
        {
            File.Copy(other, Path.Combine(to, Path.GetFileName(other)), overwrite: true);
        }

        SafetensorsWriter.WriteFolder(to, tensors.Values);
        (config with { Layers = layers, HeadsPerLayer = heads, FeedForwardPerLayer = neurons }).Save(to);
    }

    private static int CutHeads(Dictionary<string, StoredTensor> tensors, ModelConfig config, int layer, double share)
    {
        var (names, all, size) = (LayoutNames.Of(config.Layout), config.HeadsOf(layer), config.HeadSize);
        var kept = all - (int)(share * all);
        if (kept == all)
        {
            return all;
        }

        var (value, output) = (Find(tensors, config, layer, names.QueryKeyValue[2]), Find(tensors, config, layer, names.AttentionOutput));
        var (into, outOf) = (value.Weight.ToFloat32(), output.Weight.ToFloat32());
        var chosen = Best(kept, [.. Enumerable.Range(0, all).Select(head => RowsNorm(into, config.HiddenSize, head * size, size) * ColumnsNorm(outOf, all * size, head * size, size))]);
        int[] rows = [.. chosen.SelectMany(head => Enumerable.Range(head * size, size))];
        foreach (var name in names.QueryKeyValue)
        {
            CutRows(tensors, Find(tensors, config, layer, name), rows);
        }

        CutColumns(tensors, output.Weight, rows);
        return kept;
    }

    private static int CutNeurons(Dictionary<string, StoredTensor> tensors, ModelConfig config, int layer, double share)
    {
        var (names, all) = (LayoutNames.Of(config.Layout), config.FeedForwardOf(layer));
        var kept = all - (int)(share * all);
        if (kept == all)
        {
            return all;
        }

        var (first, second) = (Find(tensors, config, layer, names.FeedForwardIn), Find(tensors, config, layer, names.FeedForwardOut));
        var (into, outOf) = (first.Weight.ToFloat32(), second.Weight.ToFloat32());
        var chosen = Best(kept, [.. Enumerable.Range(0, all).Select(neuron => RowsNorm(into, config.HiddenSize, neuron, 1) * ColumnsNorm(outOf, all, neuron, 1))]);
        CutRows(tensors, first, chosen);
        CutColumns(tensors, second.Weight, chosen);
        return kept;
    }

    private static void CutWeights(Dictionary<string, StoredTensor> tensors, ModelConfig config, double share)
    {
        foreach (var tensor in tensors.Values.Where(tensor => tensor.Shape.Count == 2 && LayerOf(tensor.Name, config) is not null).ToList())
        {
            var values = tensor.ToFloat32();
            var order = values.Select(Math.Abs).Order().ToArray();
            var limit = order[(int)(share * order.Length)];
            tensors[tensor.Name] = StoredTensor.Float32(tensor.Name, tensor.Shape, Array.ConvertAll(values, value => Math.Abs(value) < limit ? 0 : value));
        }
    }

    private static int? LayerOf(string tensor, ModelConfig config)
    {
        var path = LayoutNames.Of(config.Layout).Layers + ".";
        var at = tensor.IndexOf(path, StringComparison.Ordinal);
        return at >= 0 && int.TryParse(tensor[(at + path.Length)..].Split('.')[0], out var layer) ? layer : null;
    }

    private static (StoredTensor Weight, StoredTensor Bias) Find(Dictionary<string, StoredTensor> tensors, ModelConfig config, int layer, string name)
    {
        var names = LayoutNames.Of(config.Layout);
        return (Named(".weight"), Named(".bias"));

        StoredTensor Named(string part)
        {
            var bare = $"{names.Layers}.{layer}.{name}{part}";
            return tensors.GetValueOrDefault(names.Prefix + bare) ?? tensors.GetValueOrDefault(bare) ?? throw new LearningException($"the model has no tensor {bare}, which config.json says it has");
        }
    }

    private static int[] Best(int count, double[] worth) => [.. worth.Index().OrderByDescending(static item => item.Item).Take(count).Select(static item => item.Index).Order()];

    private static double RowsNorm(float[] matrix, int width, int first, int count) => Norm(matrix.AsSpan(first * width, count * width));

    private static double ColumnsNorm(float[] matrix, int width, int first, int count)
    {
        var sum = 0.0;
        for (var row = 0; row < matrix.Length; row += width)
        {
            var norm = Norm(matrix.AsSpan(row + first, count));
            sum += norm * norm;
        }

        return Math.Sqrt(sum);
    }

    private static double Norm(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += (double)value * value;
        }

        return Math.Sqrt(sum);
    }

    private static void CutRows(Dictionary<string, StoredTensor> tensors, (StoredTensor Weight, StoredTensor Bias) linear, int[] rows)
    {
        var (weight, bias, width) = (linear.Weight.ToFloat32(), linear.Bias.ToFloat32(), (int)linear.Weight.Shape[1]);
        tensors[linear.Weight.Name] = StoredTensor.Float32(linear.Weight.Name, [rows.Length, width], CollectionsMarshal.AsSpan(rows.SelectMany(row => weight.Skip(row * width).Take(width)).ToList()));
        tensors[linear.Bias.Name] = StoredTensor.Float32(linear.Bias.Name, [rows.Length], Array.ConvertAll(rows, row => bias[row]));
    }

    private static void CutColumns(Dictionary<string, StoredTensor> tensors, StoredTensor weight, int[] columns)
    {
        var (values, height, width) = (weight.ToFloat32(), (int)weight.Shape[0], (int)weight.Shape[1]);
        var kept = new float[height * columns.Length];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < columns.Length; column++)
            {
                kept[(row * columns.Length) + column] = values[(row * width) + columns[column]];
            }
        }

        tensors[weight.Name] = StoredTensor.Float32(weight.Name, [height, columns.Length], kept);
    }
}
