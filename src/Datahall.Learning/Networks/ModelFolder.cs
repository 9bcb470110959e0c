using Datahall.Learning.Files;

namespace Datahall.Learning.Networks;

/// <summary>Which tensors of a model a folder must have.</summary>
internal enum LoadRule
{
    /// <summary>All: the folder holds this very model.</summary>
    Everything,

    /// <summary>Those of the encoder; a head that is not there, or has other labels, stays as it was drawn. Fine-tuning starts so.</summary>
    EncoderOnly,
}

/// <summary>What loading left aside.</summary>
/// <param name="Missing">Tensors of the model that the folder does not have; they keep their values.</param>
/// <param name="Unexpected">Tensors of the folder that the model does not have.</param>
internal sealed record LoadReport(IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected);

/// <summary>Reads and writes the folder of a model as Transformers does: <c>config.json</c> and <c>model.safetensors</c>.</summary>
internal static class ModelFolder
{
    /// <summary>Fills a model from a folder.</summary>
    /// <exception cref="LearningException">A tensor is missing or has another shape; the message names it and the file.</exception>
    public static LoadReport Load(string folder, EncoderModel model, LoadRule rule)
    {
        using var file = SafetensorsFile.OpenFolder(folder);
        var encoder = model.Encoder.Parameters.ToHashSet();
        // Labels of the same number are other labels still: what was learned of the old ones says nothing of the new.
        var hasOtherLabels = rule == LoadRule.EncoderOnly && !ModelConfig.Load(folder).Labels.SequenceEqual(model.Config.Labels);
        var names = new StoredNames(file, LayoutNames.Of(model.Config.Layout).Prefix);
        List<string> missing = [];
        foreach (var parameter in model.Parameters.Items)
        {
            var optional = rule == LoadRule.EncoderOnly && !encoder.Contains(parameter);
            foreach (var (part, name) in parameter.StoredNames.Index())
            {
                var stored = names.Find(name);
                if (stored is null && !optional)
                {
                    throw new LearningException($"{file.FilePath} has no tensor {name}, which the model of config.json needs; {names.Hint(name)}");
                }

                if (stored is null || (optional && ((hasOtherLabels && HeadNames.IsOfLabels(name)) || !Fits(parameter, stored))))
                {
                    missing.Add(name);
                }
                else
                {
                    TensorStorage.Fill(parameter, part, stored, file.FilePath);
                }
            }
        }

        return new(missing, names.Unread());
    }

    /// <summary>Writes <c>config.json</c> and the weights, each whole or not at all; adapters as part of the weights they adapt. The model stays as it is.</summary>
    /// <exception cref="IOException">The disk is full or the folder cannot be written; what was there is still there.</exception>
    public static void Save(string folder, EncoderModel model)
    {
        Directory.CreateDirectory(folder);
        Action write = () => Write(folder, model);
        foreach (var linear in model.Encoder.Linears)
        {
            var inner = write;
            write = () => linear.WhileMerged(inner);
        }

        write();
        model.Config.Save(folder);
    }

    private static void Write(string folder, EncoderModel model)
    {
        var prefix = model.HasHead ? LayoutNames.Of(model.Config.Layout).Prefix : "";
        var encoder = model.Encoder.Parameters.ToHashSet();
        var adapters = AdapterParameters(model).ToHashSet();
        SafetensorsWriter.WriteFolder(folder, model.Parameters.Items.Where(parameter => !adapters.Contains(parameter)).SelectMany(parameter =>
            TensorStorage.Store(parameter).Select(stored => encoder.Contains(parameter) ? stored with { Name = prefix + stored.Name } : stored)));
    }

    private static bool Fits(ModelParameter parameter, StoredTensor stored) =>
        stored.Shape.SequenceEqual(TensorStorage.PartShape(parameter));

    private static IEnumerable<ModelParameter> AdapterParameters(EncoderModel model)
    {
        var values = model.Adapters.SelectMany(adapter => new[] { adapter.Down, adapter.Up }).ToHashSet();
        return model.Parameters.Items.Where(parameter => values.Contains(parameter.Value));
    }
}
