using System.Globalization;
using Datahall.Model;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Quota;

/// <summary>What each queue holds, its descendants' holdings included, against its limit.</summary>
public sealed class QueueLedger
{
    private readonly Dictionary<string, QueueSpec> specs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Amount> own = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Amount> total = new(StringComparer.Ordinal);

    /// <summary>Adds a queue or takes up its new spec.</summary>
    public void Put(string queue, QueueSpec spec)
    {
        var moved = specs.TryGetValue(queue, out var before) && before.Parent != spec.Parent;
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

    /// <summary>What a queue and those below it hold.</summary>
    public Amount Held(string queue) => total.GetValueOrDefault(queue);

    /// <summary>Counts what a task takes.</summary>
    public void Take(string queue, Amount amount) => Add(queue, amount);

    /// <summary>Counts what a task gives back.</summary>
    public void Give(string queue, Amount amount) => Add(queue, default(Amount) - amount);

    /// <summary>Why the queue or one above it cannot hold more, or null when it can.</summary>
    public string? Refuse(string queue, Amount more)
    {
        foreach (var name in Line(queue))
        {
            if (specs.GetValueOrDefault(name)?.Limit is { } limit && Over(limit, Held(name) + more) is { } over)
            {
                return $"queue {name} is at its limit: {over}";
            }
        }

        return null;
    }

    private static string? Over(ResourceAmounts limit, Amount amount)
    {
        if (limit.Gpu is { } gpu && amount.GpuMilli > gpu.Milli)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{amount.GpuMilli / 1000.0:0.###} GPUs would be held, {gpu.Milli / 1000.0:0.###} are allowed");
        }

        if (limit.Cpu is { } cpu && amount.CpuMilli > cpu.Milli)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{amount.CpuMilli / 1000.0:0.###} CPUs would be held, {cpu.Milli / 1000.0:0.###} are allowed");
        }

        return limit.Memory is { } memory && amount.MemoryBytes > memory.Value
            ? $"{new Bytes(amount.MemoryBytes)} memory would be held, {memory} is allowed"
            : null;
    }

    private void Add(string queue, Amount amount)
    {
        own[queue] = own.GetValueOrDefault(queue) + amount;
        foreach (var name in Line(queue))
        {
            total[name] = total.GetValueOrDefault(name) + amount;
        }
    }

    private void Recount()
    {
        total.Clear();
        foreach (var (queue, amount) in own)
        {
            foreach (var name in Line(queue))
            {
                total[name] = total.GetValueOrDefault(name) + amount;
            }
        }
    }

    // The queue and those above it. Cycles are refused at the door; the bound keeps a damaged store from hanging the core.
    private IEnumerable<string> Line(string queue)
    {
        var name = queue;
        for (var depth = 0; name is not null && depth < 64; depth++)
        {
            yield return name;
            name = specs.GetValueOrDefault(name)?.Parent;
        }
    }
}

/// <summary>An amount of the things that queues limit.</summary>
/// <param name="CpuMilli">Processors, in thousandths.</param>
/// <param name="MemoryBytes">Memory, in bytes.</param>
/// <param name="GpuMilli">Accelerators, in thousandths.</param>
public readonly record struct Amount(long CpuMilli, long MemoryBytes, long GpuMilli)
{
    /// <summary>What a task with this request holds.</summary>
    public static Amount Of(PlacementRequest request) =>
        new(request.CpuMilli, request.MemoryBytes, (long)request.Devices * request.MilliPerDevice);

    /// <summary>What a task with this template holds.</summary>
    public static Amount Of(Resources resources) => new(resources.Cpu.Milli, resources.Memory.Value, resources.Gpu.Milli);

    /// <summary>The sum.</summary>
    public static Amount operator +(Amount a, Amount b) =>
        new(a.CpuMilli + b.CpuMilli, a.MemoryBytes + b.MemoryBytes, a.GpuMilli + b.GpuMilli);

    /// <summary>The difference.</summary>
    public static Amount operator -(Amount a, Amount b) =>
        new(a.CpuMilli - b.CpuMilli, a.MemoryBytes - b.MemoryBytes, a.GpuMilli - b.GpuMilli);

    /// <summary>The same as the operator.</summary>
    public static Amount Add(Amount left, Amount right) => left + right;

    /// <summary>The same as the operator.</summary>
    public static Amount Subtract(Amount left, Amount right) => left - right;
}
