using Datahall.Energy.Curves;
using Datahall.Energy.Facility;

namespace Datahall.Energy.Attribution;

/// <summary>Where a node's power comes from.</summary>
public enum PowerSource
{
    /// <summary>The node's own meter.</summary>
    Measured,

    /// <summary>Its type's power model, at its present load.</summary>
    Estimated,
}

/// <summary>What a node draws now, in watts.</summary>
/// <param name="Source">Where <paramref name="Wall"/> comes from.</param>
/// <param name="Wall">At its inlet.</param>
/// <param name="Boards">Its boards, without fans and power supplies.</param>
/// <param name="Fans">Its fans.</param>
/// <param name="HostIdle">Its boards when idle, without accelerators.</param>
/// <param name="Devices">Each accelerator; the sum is at most <paramref name="Boards"/>.</param>
public sealed record NodePower(PowerSource Source, double Wall, double Boards, double Fans, double HostIdle, IReadOnlyList<double> Devices)
{
    // What a meter may say of a type: less than half of idle is a meter of a part (RAPL sees processors only), more than 1.2 times full load is none.
    private const double LeastOfIdle = 0.5;
    private const double MostOfFull = 1.2;
    private const double MostBelieved = 4;

    /// <summary>What its power supplies lose.</summary>
    public double SupplyLoss => Wall - Boards - Fans;

    /// <summary>Finds it out: a plausible meter counts, else the type's model with the accelerators' own meters where they are plausible.</summary>
    /// <param name="server">What the node is.</param>
    /// <param name="load">What it does.</param>
    /// <param name="inletCelsius">Its inlet, in °C: fans follow it.</param>
    public static NodePower Of(NodeServer server, NodeLoad load, double inletCelsius)
    {
        var type = server.Type;
        var (devices, estimated, idle, measured) = DevicesOf(load);
        var usual = ModelOf(type, load);
        var boards = Math.Max(usual - estimated + devices.Sum(), devices.Sum());
        var hostIdle = Math.Max(0, type.Power.IdleWatts - idle);
        if (load.MeasuredWatts is { } watts && IsPlausible(type, watts, measured, inletCelsius))
        {
            boards = BoardsAt(type, watts, inletCelsius);
            var scale = devices.Sum() is > 0 and var all && all > boards ? boards / all : 1; // Meters of devices and of the whole need not agree to the watt.
            return new(PowerSource.Measured, watts, boards, type.Draw(boards, inletCelsius).Fans, hostIdle, [.. devices.Select(device => device * scale)]);
        }

        var draw = type.Draw(boards, inletCelsius);
        return new(PowerSource.Estimated, draw.Wall, boards, draw.Fans, hostIdle, devices);
    }

    /// <summary>Whether a meter of it says what cannot be: a sentinel such as 4294967295 W, NaN, or a negative figure. Then what is estimated in its place is no measured load.</summary>
    /// <param name="server">What the node is.</param>
    /// <param name="load">What it does.</param>
    public static bool IsDoubtful(NodeServer server, NodeLoad load) =>
        IsAbsurd(load.MeasuredWatts, server.Type.Power.MaxWatts) || load.Devices.Any(static device => IsAbsurd(device.MeasuredWatts, DeviceFigures.Of(device.Device).Max));

    private static bool IsAbsurd(double? watts, double most) => watts is { } said && !(said >= 0 && said <= MostBelieved * most);

    /// <summary>The share of a node's processors in use, from 0 to 1; that which tasks hold when the reading is absurd.</summary>
    internal static double CpuUtilisation(NodeLoad load)
    {
        var used = IsUse(load.CpuUsed, load.Cpus) ? load.CpuUsed : load.Tasks.Sum(static task => task.CpuReserved);
        return load.Cpus > 0 ? Math.Clamp(used / load.Cpus, 0, 1) : 0;
    }

    /// <summary>Whether so many processors can be in use; a little more than there are is the error of a clock.</summary>
    internal static bool IsUse(double used, double cpus) => used >= 0 && used <= (cpus * 1.5) + 1;

    private static bool IsPlausible(ServerType type, double watts, double devices, double inlet) =>
        double.IsFinite(watts)
        && watts >= Math.Max(devices, LeastOfIdle * type.Draw(type.Power.IdleWatts, inlet).Wall)
        && watts <= MostOfFull * type.Draw(type.Power.MaxWatts, inlet).Wall;

    private static double ModelOf(ServerType type, NodeLoad load)
    {
        var cpu = CpuUtilisation(load);
        if (load.Devices.Count == 0)
        {
            return type.Power.Watts(cpu);
        }

        var busy = load.Devices.Average(static device => Utilisation(device));
        return type.Power is Servers.DevicePowerModel parts ? parts.Watts(cpu, busy) : type.Power.Watts(busy);
    }

    private static double Utilisation(in DeviceLoad device) => device.Utilisation is >= 0 and <= 1 ? device.Utilisation : 0;

    private static (double[] Watts, double Estimated, double Idle, double Measured) DevicesOf(NodeLoad load)
    {
        var watts = new double[load.Devices.Count];
        var (estimated, idle, measured) = (0.0, 0.0, 0.0);
        for (var i = 0; i < watts.Length; i++)
        {
            var device = load.Devices[i];
            var (low, high) = DeviceFigures.Of(device.Device);
            var guess = low + ((high - low) * Utilisation(device));
            var says = device.MeasuredWatts is > 0 and var w && w <= MostOfFull * high;
            watts[i] = says ? device.MeasuredWatts!.Value : guess;
            (estimated, idle, measured) = (estimated + guess, idle + low, measured + (says ? watts[i] : 0));
        }

        return (watts, estimated, idle, measured);
    }

    // The wall's power rises with the boards' without a break: halving finds it to less than a thousandth of a watt.
    private static double BoardsAt(ServerType type, double wall, double inlet) =>
        Bisection.Root(watts => type.Draw(watts, inlet).Wall - wall, 0, Math.Max(wall, 1), 1e-6);
}
