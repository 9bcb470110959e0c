namespace Datahall.Scheduling.Ordering;

/// <summary>First come, first served.</summary>
internal sealed class FifoOrder : IJobOrder
{
    public string Name => "fifo";

    public double Key(in JobView job) => job.SubmittedSeconds;
}
