namespace Datahall.Scheduling.Ordering;

/// <summary>The queue that holds least of its share first; inside a queue, first come, first served.</summary>
internal sealed class FairOrder : IJobOrder
{
    public string Name => "fair";

    public double Key(in JobView job) => job.QueueShare;
}
