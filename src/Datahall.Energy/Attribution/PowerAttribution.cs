namespace Datahall.Energy.Attribution;

/// <summary>Divides a node's power among its tasks.</summary>
/// <remarks>
/// An accelerator's power goes to the tasks that hold it, by share; of its idle power what nobody holds is nobody's. Of the rest the dynamic power goes by
/// use of processors, and the idle power by what is held of the node: the mean of its share of processors and of accelerators. Fans and power supplies follow
/// the boards. What falls to no task — free room, and what the system itself uses — is the node's own idle power. The same rule as Kepler's (dynamic by use,
/// idle by size), with reservations for size.
/// </remarks>
public static class PowerAttribution
{
    /// <summary>Divides it.</summary>
    /// <param name="load">What the node does.</param>
    /// <param name="power">What it draws.</param>
    /// <param name="watts">Receives each task's part of the wall's power, in watts, 0 or more. Shape [tasks].</param>
    /// <returns>What falls to no task, in watts: with the tasks' parts the wall's power.</returns>
    /// <exception cref="ArgumentException">The span has another length than the tasks.</exception>
    public static double Divide(NodeLoad load, NodePower power, Span<double> watts)
    {
        if (watts.Length != load.Tasks.Count)
        {
            throw new ArgumentException($"{watts.Length} parts for {load.Tasks.Count} tasks");
        }

        watts.Clear();
        AddDevices(load, power, watts);
        AddHost(load, power, watts);
        var overhead = power.Boards > 0 ? power.Wall / power.Boards : 0;
        var sum = 0.0;
        foreach (ref var part in watts)
        {
            part *= overhead;
            sum += part;
        }

        return Math.Max(0, power.Wall - sum);
    }

    private static void AddDevices(NodeLoad load, NodePower power, Span<double> watts)
    {
        for (var device = 0; device < power.Devices.Count; device++)
        {
            var held = 0.0;
            foreach (var task in load.Tasks)
            {
                held += HeldOf(task, device);
            }

            if (held <= 0)
            {
                continue;
            }

            var all = power.Devices[device];
            var idle = Math.Min(all, DeviceFigures.Of(load.Devices[device].Device).Idle);
            for (var k = 0; k < watts.Length; k++)
            {
                var share = HeldOf(load.Tasks[k], device);
                watts[k] += ((all - idle) * share / held) + (idle * share / Math.Max(1, held));
            }
        }
    }

    private static void AddHost(NodeLoad load, NodePower power, Span<double> watts)
    {
        var host = Math.Max(0, power.Boards - power.Devices.Sum());
        var idle = Math.Min(host, power.HostIdle);
        var (use, hold) = (new double[watts.Length], new double[watts.Length]);
        for (var k = 0; k < watts.Length; k++)
        {
            var task = load.Tasks[k];
            use[k] = NodePower.IsUse(task.CpuUsed, load.Cpus) ? task.CpuUsed : 0;
            hold[k] = HeldOfNode(load, task);
        }

        var used = Math.Max(use.Sum(), NodePower.CpuUtilisation(load) * load.Cpus);
        var held = Math.Max(1, hold.Sum());
        for (var k = 0; k < watts.Length; k++)
        {
            watts[k] += (used > 0 ? (host - idle) * use[k] / used : 0) + (idle * hold[k] / held);
        }
    }

    private static double HeldOf(in TaskLoad task, int device)
    {
        for (var i = 0; i < task.Devices.Count; i++)
        {
            if (task.Devices[i] == device)
            {
                return Math.Max(0, task.DeviceShare);
            }
        }

        return 0;
    }

    private static double HeldOfNode(NodeLoad load, in TaskLoad task)
    {
        var cpu = load.Cpus > 0 ? Math.Max(0, task.CpuReserved) / load.Cpus : 0;
        return load.Devices.Count > 0 ? (cpu + (task.Devices.Count * Math.Max(0, task.DeviceShare) / load.Devices.Count)) / 2 : cpu;
    }
}
