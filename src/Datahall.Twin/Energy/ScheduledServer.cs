using Datahall.Control.Agents;
using Datahall.Energy.Facility;
using Datahall.Model;
using Datahall.Twin.Traces.Jobs;

namespace Datahall.Twin.Energy;

/// <summary>A job that came and has not ended.</summary>
internal sealed class ScheduledJob(TraceJob job, double submitted)
{
    public TraceJob Job { get; } = job;

    public double Submitted { get; } = submitted;

    /// <summary>When its last start was, in seconds.</summary>
    public double Started { get; set; }

    /// <summary>How many tasks have not ended.</summary>
    public int Left { get; set; }
}

/// <summary>An attempt of a task while it runs.</summary>
internal sealed class ScheduledAttempt(ScheduledServer server, DesiredTask task, double seconds, double now, int order)
{
    /// <summary>Counts starts: what breaks ties.</summary>
    public int Order { get; } = order;

    public ScheduledServer Server { get; } = server;

    public string Job { get; } = task.Env["DATAHALL_JOB"];

    /// <summary>The share of the server that it holds, from 0 to 1.</summary>
    public double Share { get; } = task.Template.Resources.Gpu.Milli / 1000.0 / server.Gpus;

    public AttemptReport Report { get; } = new() { Task = task.Task, Fence = task.Fence, State = AttemptState.Running, Ready = true, Pid = 1 };

    public bool Runs { get; set; } = true;

    /// <summary>The work that is left, in seconds without caps, at <see cref="Since"/>.</summary>
    public double Left { get; set; } = seconds;

    public double Since { get; set; } = now;
}

/// <summary>A server of the site as a node, with the decisions of a real agent.</summary>
internal sealed class ScheduledServer(string name, int block, ServerBlock place)
{
    public string Name { get; } = name;

    public int Block { get; } = block;

    public int Gpus { get; } = place.Type.Capacity!.Gpus;

    public AgentMachine Agent { get; } = new(name, name, []);

    public Dictionary<AttemptKey, ScheduledAttempt> Running { get; } = [];

    public Node Resource(string site) => new() { Name = Name, Spec = new() { Location = new() { Site = site, Hall = place.Hall, Rack = place.Rack } } };

    public Registration Registration => new()
    {
        Node = Name,
        Session = Name,
        Address = Name,
        Capacity = new()
        {
            Cpu = place.Type.Capacity!.Cpu,
            Memory = place.Type.Capacity.Memory,
            Devices = [.. Enumerable.Repeat(new Device { Model = place.Type.Capacity.GpuModel! }, Gpus)],
        },
    };
}
