using System.Globalization;
using Datahall.Model;

namespace Datahall.Fleet.PowerCaps;

/// <summary>Holds the devices of this machine to what was ordered, and says what they are held at. For one caller at a time.</summary>
/// <param name="sys">Where <c>/sys</c> is.</param>
/// <param name="nvidiaSmi">The program that limits GPUs.</param>
/// <param name="dataDirectory">The agent's data directory.</param>
internal sealed class PowerCapper(string sys, string nvidiaSmi, string dataDirectory)
{
    // A limit that is read back may be rounded to the device's own steps: RAPL's are 1/8 W, GPUs' a hundredth.
    private const double Tolerance = 0.5;

    private readonly LimitMemory memory = new(dataDirectory);

    /// <summary>Between which limits the machine can be held; null: no device can.</summary>
    public async Task<CapRange?> RangeAsync(CancellationToken cancellationToken) => await DevicesAsync(cancellationToken) is { Count: > 0 } devices ? RangeOf(devices) : null;

    /// <summary>Makes it so, and reads back; when it is so already, nothing is written.</summary>
    /// <param name="wanted">What the devices may draw together; null: as before the first cap.</param>
    /// <param name="cancellationToken">Gives up; the next call goes on.</param>
    public async Task<PowerCapStatus> HoldAsync(Watts? wanted, CancellationToken cancellationToken)
    {
        if (wanted is null && !memory.Any)
        {
            return new(null, null, null);
        }

        try
        {
            return wanted is { } cap ? await CapAsync(cap, cancellationToken) : await ReleaseAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(wanted, null, $"the power cap cannot be kept: {e.Message}");
        }
    }

    private async Task<PowerCapStatus> CapAsync(Watts cap, CancellationToken cancellationToken)
    {
        var devices = await DevicesAsync(cancellationToken);
        if (devices.Count == 0)
        {
            return new(cap, null, "the power cap cannot be kept: no device of this machine can be limited (GPUs need nvidia-smi, processors RAPL)");
        }

        // What was before is on disk before anything is changed.
        var before = memory.Read();
        var known = before.Count;
        foreach (var device in devices)
        {
            before.TryAdd(device.Id, device.Limit);
        }

        if (before.Count > known)
        {
            memory.Write(before);
        }

        var shares = Divide(devices, cap.Value);
        var (now, problem) = await SetAsync(devices, [.. devices.Select((device, i) => Math.Min(shares[i], Math.Clamp(before[device.Id], device.Least, device.Most)))], cancellationToken);
        var held = Sum(now.Select(static device => device.Limit));
        var range = RangeOf(devices);
        problem ??= cap.Value < range.Least.Value ? $"the power cap of {cap} cannot be kept: the devices take {range.Least} at least, and are held there" : null;
        return new(cap, held, problem);
    }

    private async Task<PowerCapStatus> ReleaseAsync(CancellationToken cancellationToken)
    {
        var before = memory.Read();
        var devices = (await DevicesAsync(cancellationToken)).Where(device => before.ContainsKey(device.Id)).ToList();
        var (now, problem) = await SetAsync(devices, [.. devices.Select(device => before[device.Id])], cancellationToken);
        if (problem is not null)
        {
            return new(null, Sum(now.Select(static device => device.Limit)), problem);
        }

        if (devices.Count < before.Count)
        {
            return new(null, null, $"the limits from before the cap cannot be given back to {string.Join(", ", before.Keys.Except(devices.Select(static device => device.Id)).Order(StringComparer.Ordinal))}: not found");
        }

        memory.Write([]);
        return new(null, null, null);
    }

    private async Task<(IReadOnlyList<CapDevice> Now, string? Problem)> SetAsync(IReadOnlyList<CapDevice> devices, double[] watts, CancellationToken cancellationToken)
    {
        var said = new string?[watts.Length];
        var isSet = false;
        for (var i = 0; i < watts.Length; i++)
        {
            if (Math.Abs(devices[i].Limit - watts[i]) > Tolerance)
            {
                (isSet, said[i]) = (true, await devices[i].SetAsync(watts[i], cancellationToken));
            }
        }

        var now = isSet ? (await DevicesAsync(cancellationToken)).ToDictionary(static device => device.Id, StringComparer.Ordinal) : devices.ToDictionary(static device => device.Id, StringComparer.Ordinal);
        string? problem = null;
        for (var i = 0; i < watts.Length && problem is null; i++)
        {
            problem = now.GetValueOrDefault(devices[i].Id) is not { } device ? $"{devices[i].Id} does not answer any more"
                : Math.Abs(device.Limit - watts[i]) > Tolerance ? string.Create(CultureInfo.InvariantCulture, $"{device.Id} was set to {watts[i]:0.#} W and has {device.Limit:0.#} W{(said[i] is { } why ? $": {why}" : "")}")
                : device.Problem;
        }

        return ([.. devices.Select(device => now.GetValueOrDefault(device.Id)).OfType<CapDevice>()], problem is null ? null : $"the power cap cannot be kept: {problem}");
    }

    /// <summary>Divides a cap: each device its least, and of the rest the same share of what lies between its least and its most.</summary>
    /// <param name="devices">The devices. Shape [n].</param>
    /// <param name="watts">The cap, in watts.</param>
    /// <returns>Whole watts, down, and never below a device's least. Shape [n].</returns>
    internal static double[] Divide(IReadOnlyList<CapDevice> devices, double watts)
    {
        var (least, most) = (devices.Sum(static device => device.Least), devices.Sum(static device => device.Most));
        var share = most > least ? Math.Clamp((watts - least) / (most - least), 0, 1) : 0;
        return [.. devices.Select(device => Math.Max(device.Least, share < 1 ? Math.Floor(device.Least + (share * (device.Most - device.Least))) : device.Most))];
    }

    private async Task<IReadOnlyList<CapDevice>> DevicesAsync(CancellationToken cancellationToken) => [.. await NvidiaLimits.FindAsync(nvidiaSmi, cancellationToken), .. RaplPackages.Find(sys)];

    private static CapRange RangeOf(IReadOnlyList<CapDevice> devices) =>
        new(new((long)Math.Ceiling(devices.Sum(static device => device.Least))), new((long)Math.Floor(devices.Sum(static device => device.Most))));

    private static Watts Sum(IEnumerable<double> limits) => new((long)Math.Ceiling(limits.Sum() - 1e-6));
}
