using System.Runtime.InteropServices;
using System.Text.Json;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using static TorchSharp.torch;

namespace Datahall.Learning.Training;

/// <summary>What a checkpoint holds besides the model: position, trained parameters, the optimiser's moments and the mean of the weights.</summary>
/// <remarks>The parameters stand here too, under their own names: the model's folder may hold them in another form (merged adapters, means).</remarks>
internal static class TrainingStateFile
{
    private const string PositionFile = "training.json";
    private const string StateFile = "training.safetensors";
    private static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes it.</summary>
    public static void Write(string folder, TrainingPosition position, IEnumerable<ModelParameter> parameters, AdamW optimizer, WeightAverage? average)
    {
        using var scope = NewDisposeScope();
        var tensors = parameters.Select(static parameter => Of($"parameter.{parameter.Name}", parameter.Value))
            .Concat(optimizer.State.Select(static pair => Of($"optimizer.{pair.Name}", pair.Tensor)))
            .Concat((average?.State ?? []).Select(static pair => Of($"average.{pair.Name}", pair.Mean)));
        SafetensorsWriter.Write(Path.Combine(folder, StateFile), tensors);
        AtomicFile.WriteText(Path.Combine(folder, PositionFile), JsonSerializer.Serialize(position, options));
    }

    /// <summary>Whether a file of a checkpoint is only for going on with training.</summary>
    public static bool Owns(string fileName) => fileName is PositionFile or StateFile;

    /// <summary>The step of the last checkpoint below a folder; 0: there is none.</summary>
    /// <exception cref="LearningException">As <see cref="ReadPosition"/>.</exception>
    public static long StepIn(string checkpoints, string fingerprint)
    {
        var folder = new CheckpointFolder(checkpoints);
        folder.Look();
        return folder.Last is { } last ? ReadPosition(last, fingerprint).Step : 0;
    }

    /// <summary>Reads where a run stood.</summary>
    /// <param name="folder">The checkpoint's folder.</param>
    /// <param name="fingerprint">The checksum of the settings and data that the run has now.</param>
    /// <exception cref="LearningException">The file is not there or not readable, or is of other settings or data.</exception>
    public static TrainingPosition ReadPosition(string folder, string fingerprint)
    {
        var path = Path.Combine(folder, PositionFile);
        TrainingPosition saved;
        try
        {
            saved = JsonSerializer.Deserialize<TrainingPosition>(File.ReadAllBytes(path), options) ?? new();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new LearningException($"{path}: {e.Message}; remove the run's checkpoints to begin anew", e);
        }

        return saved.Fingerprint == fingerprint
            ? saved
            : throw new LearningException($"{folder} is of a run with other settings, data or models; train into another output folder, or remove this one to begin anew");
    }

    /// <summary>Takes up parameters, moments and means.</summary>
    public static void Read(string folder, IEnumerable<ModelParameter> parameters, AdamW optimizer, WeightAverage? average, long steps)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var file = SafetensorsFile.Open(Path.Combine(folder, StateFile));
        var places = parameters.Select(static parameter => (Key: $"parameter.{parameter.Name}", Value: (Tensor)parameter.Value))
            .Concat((average?.State ?? []).Select(static pair => (Key: $"average.{pair.Name}", Value: pair.Mean)));
        foreach (var (key, value) in places)
        {
            var saved = file[key];
            if (!saved.Shape.SequenceEqual(value.shape))
            {
                throw new LearningException($"{folder}: '{key}' is [{string.Join(", ", saved.Shape)}], the model's is [{string.Join(", ", value.shape)}]: the checkpoint is of another model; train into another output folder");
            }

            value.copy_(ToTensor(saved));
        }

        const string prefix = "optimizer.";
        optimizer.Load(steps, file.Tensors.Values.Where(static tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(static tensor => tensor.Name[prefix.Length..], ToTensor, StringComparer.Ordinal));
    }

    private static StoredTensor Of(string name, Tensor tensor)
    {
        using var flat = tensor.detach().cpu().contiguous();
        return StoredTensor.Float32(name, tensor.shape, flat.data<float>().ToArray());
    }

    private static Tensor ToTensor(StoredTensor stored) => tensor(MemoryMarshal.Cast<byte, float>(stored.Bytes.Span).ToArray(), [.. stored.Shape]);
}
