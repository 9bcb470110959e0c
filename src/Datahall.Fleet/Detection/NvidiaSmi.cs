using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Datahall.Control.Agents;
using Datahall.Model;

namespace Datahall.Fleet.Detection;

/// <summary>One GPU as <c>nvidia-smi</c> shows it.</summary>
/// <param name="Index">Its index on the node.</param>
/// <param name="Device">What it is.</param>
/// <param name="Readings">What it does.</param>
internal sealed record NvidiaGpu(int Index, Device Device, DeviceReadings Readings);

/// <summary>Asks <c>nvidia-smi</c> for the machine's GPUs; a machine without it has none.</summary>
internal static class NvidiaSmi
{
    private const double MebiByte = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The machine's GPUs; empty when there is no <c>nvidia-smi</c>, or it does not answer.</summary>
    public static async Task<IReadOnlyList<NvidiaGpu>> QueryAsync(CancellationToken cancellationToken, string program = "nvidia-smi") => Parse(await AskAsync(
        program, ["--query-gpu=index,name,memory.total,uuid,utilization.gpu,memory.used,temperature.gpu,power.draw", "--format=csv,noheader,nounits"], cancellationToken));

    /// <summary>The PCI addresses of the machine's GPUs, by UUID. A query of its own: they do not change.</summary>
    public static async Task<Dictionary<string, string>> AddressesAsync(CancellationToken cancellationToken, string program = "nvidia-smi") =>
        (await AskAsync(program, ["--query-gpu=uuid,pci.bus_id", "--format=csv,noheader,nounits"], cancellationToken)).Split('\n')
            .Select(static line => line.Split(',', StringSplitOptions.TrimEntries))
            .Where(static parts => parts is [{ Length: > 0 }, { Length: > 0 }])
            .DistinctBy(static parts => parts[0])
            .ToDictionary(static parts => parts[0], static parts => parts[1], StringComparer.Ordinal);

    /// <summary>What can be given to tasks: whole GPUs, and of those in MIG mode their instances.</summary>
    public static async Task<IReadOnlyList<Device>> DetectAsync(CancellationToken cancellationToken, string program = "nvidia-smi")
    {
        var gpus = await QueryAsync(cancellationToken, program);
        if (gpus.Count == 0)
        {
            return [];
        }

        // A query of its own: a driver from before MIG refuses one that names this field, and all its other fields with it.
        var modes = await AskAsync(program, ["--query-gpu=uuid,mig.mode.current", "--format=csv,noheader,nounits"], cancellationToken);
        var instances = MigInstance.Parse(await AskAsync(program, ["-L"], cancellationToken));
        return DevicesOf(gpus, instances, modes);
    }

    /// <summary>The devices in the order of GPUs, and within one GPU in that of its instances.</summary>
    /// <param name="gpus">The machine's GPUs.</param>
    /// <param name="instances">Their MIG instances, by the GPU's UUID.</param>
    /// <param name="modes">Lines of UUID and MIG mode; a GPU in MIG mode cannot be used whole, also when it has no instances.</param>
    public static IReadOnlyList<Device> DevicesOf(IReadOnlyList<NvidiaGpu> gpus, ILookup<string, MigInstance> instances, string modes)
    {
        var divided = modes.Split('\n')
            .Select(static line => line.Split(',', StringSplitOptions.TrimEntries))
            .Where(static parts => parts is [_, "Enabled"])
            .Select(static parts => parts[0])
            .Concat(instances.Select(static gpu => gpu.Key))
            .ToHashSet(StringComparer.Ordinal);
        return [.. gpus.OrderBy(static gpu => gpu.Index).SelectMany(gpu => divided.Contains(gpu.Device.Uuid ?? "")
            ? instances[gpu.Device.Uuid!].Select(instance => instance.On(gpu.Device))
            : [gpu.Device])];
    }

    /// <summary>What the GPUs do, under the indexes that the node's devices have; nvidia-smi has no readings of MIG instances.</summary>
    public static IReadOnlyList<DeviceReadings> ReadingsOf(IReadOnlyList<NvidiaGpu> gpus, IReadOnlyList<Device> devices)
    {
        var byUuid = devices.Index().Where(static device => device.Item.Uuid is not null)
            .DistinctBy(static device => device.Item.Uuid!).ToDictionary(static device => device.Item.Uuid!, static device => device.Index);
        return byUuid.Count == 0
            ? [.. gpus.Select(static gpu => gpu.Readings)] // Devices that the installation named itself.
            : [.. gpus.Where(gpu => byUuid.ContainsKey(gpu.Device.Uuid ?? "")).Select(gpu => gpu.Readings with { Index = byUuid[gpu.Device.Uuid!] })];
    }

    internal static async Task<string> AskAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var process = Process.Start(start)!;
            try
            {
                return await process.StandardOutput.ReadToEndAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                process.Kill(); // A driver that hangs must not hold up the agent.
                return "";
            }
        }
        catch (Win32Exception) // It is not installed.
        {
            return "";
        }
    }

    /// <summary>Reads its table; a value such as <c>[N/A]</c> is one that the device does not say.</summary>
    public static IReadOnlyList<NvidiaGpu> Parse(string csv)
    {
        var gpus = new List<NvidiaGpu>();
        foreach (var line in csv.Split('\n'))
        {
            if (line.Split(',', StringSplitOptions.TrimEntries) is [var index, var name, var memory, var uuid, var load, var used, var temperature, var power]
                && int.TryParse(index, CultureInfo.InvariantCulture, out var number))
            {
                gpus.Add(new(
                    number,
                    new() { Model = ModelOf(name), Memory = new((long)((Number(memory) ?? 0) * MebiByte)), Uuid = uuid },
                    new(number, (Number(load) ?? 0) / 100, (long)((Number(used) ?? 0) * MebiByte), Number(temperature), Number(power))));
            }
        }

        return gpus;
    }

    /// <summary><c>NVIDIA H100 80GB HBM3</c> is an <c>H100</c>, and <c>NVIDIA A100-SXM4-80GB</c> an <c>A100</c>: manifests name models without maker and memory.</summary>
    private static string ModelOf(string name)
    {
        var words = name.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(static word => word is not ("NVIDIA" or "Tesla" or "GeForce" or "Quadro") && !(char.IsAsciiDigit(word[0]) && word.EndsWith("GB", StringComparison.Ordinal)))
            .Where(static word => !word.StartsWith("HBM", StringComparison.Ordinal) && word is not "PCIe")
            .ToList();
        return words is [var first, ..] && words.Count == 1 ? first.Split('-')[0] : words.Count == 0 ? name : string.Join('-', words);
    }

    private static double? Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null;
}
