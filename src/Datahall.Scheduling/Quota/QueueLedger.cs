using System.Globalization;
using Datahall.Model;

namespace Datahall.Scheduling.Quota;

/// <summary>The tree of queues and what each holds, its descendants' holdings included, against its guarantee and its limit.</summary>
/// <remarks>Work may name a queue that is not there any more, or the default one that was never applied: it counts as one without bounds.</remarks>
public sealed class QueueLedger
{
    private static readonly QueueSpec Unbounded = new();

    private readonly SortedDictionary<string, QueueSpec> specs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ResourceTotals> own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ResourceTotals> total = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> lines = new(StringComparer.Ordinal);

    /// <summary>Every queue that was applied, by name.</summary>
    public IEnumerable<string> Names => specs.Keys;

    /// <summary>Adds a queue or takes up its new spec.</summary>
    public void Put(string queue, QueueSpec spec)
    {
        var moved = specs.GetValueOrDefault(queue)?.Parent != spec.Parent;
        specs[queue] = spec;
        if (moved)
        {
            Recount();
        }
    }

    /// <summary>Forgets a queue.</summary>
    public void Remove(string queue)
    {
        if (specs.Remove(queue))
        {
            Recount();
        }
    }

    /// <summary>What is wanted of a queue.</summary>
    public QueueSpec Spec(string queue) => specs.GetValueOrDefault(queue) ?? Unbounded;

    /// <summary>What a queue and those below it hold.</summary>
    public ResourceTotals Held(string queue)
    {
        if (!total.TryGetValue(queue, out var held))
        {
            total[queue] = held = new();
        }

        return held;
    }

    /// <summary>The queue and those above it, itself first.</summary>
    public IReadOnlyList<string> Line(string queue)
    {
        if (!lines.TryGetValue(queue, out var line))
        {
            lines[queue] = line = [.. Walk(queue)];
        }

        return line;
    }

    /// <summary>Counts what a task takes.</summary>
    public void Take(string queue, Charge charge)
    {
        Own(queue).Add(charge);
        foreach (var name in Line(queue))
        {
            Held(name).Add(charge);
        }
    }

    /// <summary>Counts what a task gives back.</summary>
    public void Give(string queue, Charge charge)
    {
        Own(queue).Subtract(charge);
        foreach (var name in Line(queue))
        {
            Held(name).Subtract(charge);
        }
    }

    /// <summary>The queue of the line that cannot hold more, and why; null when all can.</summary>
    /// <param name="queue">Where the work is.</param>
    /// <param name="more">What it would take, task by task.</param>
    public LimitReached? Refuse(string queue, ReadOnlySpan<Charge> more)
    {
        Amount? sum = null;
        foreach (var name in Line(queue))
        {
            if (specs.GetValueOrDefault(name)?.Limit is { } limit && Over(limit, Held(name), sum ??= Sum(more), more) is { } over)
            {
                return new(name, over);
            }
        }

        return null;
    }

    /// <summary>What of a charge the limits of the line leave free now: taking it keeps it for whom it is reserved.</summary>
    public Charge FreePart(string queue, ReadOnlySpan<Charge> charges)
    {
        var part = Sum(charges);
        foreach (var name in Line(queue))
        {
            if (specs.GetValueOrDefault(name)?.Limit is { } limit)
            {
                var held = Held(name).Amount;
                part = new(
                    Math.Min(part.CpuMilli, Left(limit.Cpu?.Milli, held.CpuMilli)),
                    Math.Min(part.MemoryBytes, Left(limit.Memory?.Value, held.MemoryBytes)),
                    Math.Min(part.GpuMilli, Left(limit.Gpu?.Milli, held.GpuMilli)));
            }
        }

        return new(part, charges.Length > 0 ? charges[0].GpuModel : null);

        static long Left(long? limit, long held) => limit is null ? long.MaxValue : Math.Max(0, limit.Value - held);
    }

    /// <summary>Whether a model's limit in the line leaves room for more of it.</summary>
    public bool AllowsModel(string queue, string model, long gpuMilli)
    {
        foreach (var name in Line(queue))
        {
            if (specs.GetValueOrDefault(name)?.Limit is { } limit && limit.GpuModels.TryGetValue(model, out var most)
                && Held(name).GpuMilli(model) + gpuMilli > most.Milli)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether some queue of the line limits accelerators by model.</summary>
    public bool LimitsModels(string queue)
    {
        foreach (var name in Line(queue))
        {
            if (specs.GetValueOrDefault(name)?.Limit is { GpuModels.Count: > 0 })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Why work alone is above a limit, were nothing else held; null when it is not.</summary>
    public static string? Exceeds(ResourceAmounts limit, ReadOnlySpan<Charge> work) => Over(limit, new(), Sum(work), work);

    private static Amount Sum(ReadOnlySpan<Charge> charges)
    {
        var sum = default(Amount);
        foreach (var charge in charges)
        {
            sum += charge.Amount;
        }

        return sum;
    }

    private static string? Over(ResourceAmounts limit, ResourceTotals held, Amount sum, ReadOnlySpan<Charge> more)
    {
        var after = held.Amount + sum;
        if (limit.Gpu is { } gpu && sum.GpuMilli > 0 && after.GpuMilli > gpu.Milli)
        {
            return Text("GPUs", after.GpuMilli, gpu.Milli);
        }

        if (limit.Cpu is { } cpu && sum.CpuMilli > 0 && after.CpuMilli > cpu.Milli)
        {
            return Text("CPUs", after.CpuMilli, cpu.Milli);
        }

        if (limit.Memory is { } memory && sum.MemoryBytes > 0 && after.MemoryBytes > memory.Value)
        {
            return $"{new Bytes(after.MemoryBytes)} memory would be held, {memory} is allowed";
        }

        foreach (var (model, most) in limit.GpuModels)
        {
            var asked = Asked(more, model);
            if (asked > 0 && held.GpuMilli(model) + asked > most.Milli)
            {
                return Text($"{model} GPUs", held.GpuMilli(model) + asked, most.Milli);
            }
        }

        return null;
    }

    private static long Asked(ReadOnlySpan<Charge> charges, string model)
    {
        var sum = 0L;
        foreach (var charge in charges)
        {
            sum += charge.GpuModel == model ? charge.Amount.GpuMilli : 0;
        }

        return sum;
    }

    private static string Text(string what, long held, long allowed) =>
        string.Create(CultureInfo.InvariantCulture, $"{held / 1000.0:0.###} {what} would be held, {allowed / 1000.0:0.###} are allowed");

    private ResourceTotals Own(string queue)
    {
        if (!own.TryGetValue(queue, out var held))
        {
            own[queue] = held = new();
        }

        return held;
    }

    private void Recount()
    {
        lines.Clear();
        foreach (var held in total.Values)
        {
            held.Clear();
        }

        foreach (var (queue, held) in own)
        {
            foreach (var name in Line(queue))
            {
                Held(name).Add(held);
            }
        }
    }

    // The queue and those above it. Cycles are refused at the door; the bound keeps a damaged store from hanging the core.
    private IEnumerable<string> Walk(string queue)
    {
        var name = queue;
        for (var depth = 0; name is not null && depth < 64; depth++)
        {
            yield return name;
            name = specs.GetValueOrDefault(name)?.Parent;
        }
    }
}

/// <summary>A queue at its limit.</summary>
/// <param name="Queue">Which.</param>
/// <param name="Over">What would be held, and what is allowed.</param>
public readonly record struct LimitReached(string Queue, string Over)
{
    /// <inheritdoc/>
    public override string ToString() => $"queue {Queue} is at its limit: {Over}";
}
