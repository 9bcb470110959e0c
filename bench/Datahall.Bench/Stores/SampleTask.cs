using System.Globalization;
using Datahall.Model;
using TaskStatus = Datahall.Model.TaskStatus;

namespace Datahall.Bench.Stores;

/// <summary>A placed task as a training job's is: about 700 bytes of JSON.</summary>
internal static class SampleTask
{
    private static readonly Dictionary<string, string> Labels = new() { ["team"] = "search", ["experiment"] = "ner-2026-03" };

    private static readonly TaskTemplate Template = new()
    {
        Resources = new(),
        Run = new() { Process = new() { Command = ["python3", "train.py", "--config", "/data/ner/config.yaml", "--epochs", "10"] } },
        Env = new Dictionary<string, string> { ["NCCL_DEBUG"] = "WARN", ["OMP_NUM_THREADS"] = "8" },
    };

    /// <summary>The name of the i-th task.</summary>
    public static string Name(int index) => string.Create(CultureInfo.InvariantCulture, $"ner-finetune-{index / 8}.worker.{index % 8}");

    /// <summary>The i-th task.</summary>
    public static TaskResource Make(int index, long revision) => new()
    {
        Name = Name(index),
        Labels = Labels,
        Revision = revision,
        Generation = 1,
        Created = DateTimeOffset.UnixEpoch,
        Spec = new TaskSpec { Job = "ner-finetune", Role = "worker", Index = index % 8, Queue = "research", Priority = 50, Template = Template },
        Status = new TaskStatus
        {
            Phase = TaskPhase.Placed,
            Attempt = 1,
            Fence = revision,
            Placement = new Placement { Node = "node-0042", Devices = [0, 1], MilliPerDevice = 1000, Address = "10.0.0.42", Port = 20001 },
            Since = DateTimeOffset.UnixEpoch,
        },
    };
}
