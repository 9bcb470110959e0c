namespace Datahall.Scheduling.Ordering;

/// <summary>Shortest job first, by its whole run time. Jobs of unknown length come last.</summary>
internal sealed class ShortestJobOrder : IJobOrder
{
    public string Name => "sjf";

    public double Key(in JobView job) => job.TotalSeconds ?? double.PositiveInfinity;
}

/// <summary>Shortest remaining time first. Jobs of unknown length come last.</summary>
internal sealed class ShortestRemainingTimeOrder : IJobOrder
{
    public string Name => "srtf";

    public double Key(in JobView job) => job.RemainingSeconds ?? double.PositiveInfinity;
}

/// <summary>Shortest remaining service first: remaining time × GPUs. Jobs of unknown length come last.</summary>
internal sealed class ShortestRemainingServiceOrder : IJobOrder
{
    public string Name => "srsf";

    public double Key(in JobView job) => job.RemainingSeconds * job.Gpus ?? double.PositiveInfinity;
}
