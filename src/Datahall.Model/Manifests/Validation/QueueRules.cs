using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of queues.</summary>
internal static class QueueRules
{
    public static void Check(Queue queue, Findings findings)
    {
        var spec = queue.Spec;
        findings.AddIf(spec.Parent is { } parent ? Names.Label(parent) : null, "spec.parent");
        CheckModels(spec.Guarantee, "spec.guarantee", findings);
        CheckModels(spec.Limit, "spec.limit", findings);
        if (spec is { Guarantee: { } guarantee, Limit: { } limit })
        {
            CheckOrder(guarantee.Cpu?.Milli, limit.Cpu?.Milli, "cpu", findings);
            CheckOrder(guarantee.Memory?.Value, limit.Memory?.Value, "memory", findings);
            CheckOrder(guarantee.Gpu?.Milli, limit.Gpu?.Milli, "gpu", findings);
            foreach (var (model, amount) in guarantee.GpuModels)
            {
                CheckOrder(amount.Milli, limit.GpuModels.TryGetValue(model, out var most) ? most.Milli : limit.Gpu?.Milli, FieldPath.Join("gpuModels", model), findings);
            }
        }
    }

    private static void CheckModels(ResourceAmounts? amounts, string path, Findings findings)
    {
        foreach (var (model, _) in amounts?.GpuModels ?? new Dictionary<string, Gpu>())
        {
            if (string.IsNullOrWhiteSpace(model))
            {
                findings.Add($"{path}.gpuModels", "a device model cannot be empty; write it like H100");
            }
        }

        if (amounts is { Gpu: { } all } && amounts.GpuModels.Sum(static m => m.Value.Milli) is var sum && sum > all.Milli && path.EndsWith("guarantee", StringComparison.Ordinal))
        {
            findings.Add($"{path}.gpu", string.Create(
                CultureInfo.InvariantCulture, $"{all} GPUs of any model are less than the {new Gpu(sum)} named by model; raise it, or leave it out"));
        }
    }

    private static void CheckOrder(long? guarantee, long? limit, string field, Findings findings)
    {
        if (guarantee > limit)
        {
            findings.Add($"spec.guarantee.{field}", "more is guaranteed than the queue's limit allows; lower the guarantee or raise the limit");
        }
    }
}
