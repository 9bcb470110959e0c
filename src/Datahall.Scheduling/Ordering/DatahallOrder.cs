namespace Datahall.Scheduling.Ordering;

/// <summary>
/// The job that brings the next end at the least service first: remaining service where it is known, else GPUs × the run time that jobs like
/// it still need for one to end, learnt from those that ended.
/// </summary>
/// <param name="curve">What has been learnt.</param>
public sealed class DatahallOrder(ServiceCurve curve) : IJobOrder
{
    /// <summary>What has been learnt.</summary>
    public ServiceCurve Curve { get; } = curve;

    /// <inheritdoc/>
    public string Name => "datahall";

    /// <inheritdoc/>
    public double Key(in JobView job) =>
        job.Gpus * (job.RemainingSeconds ?? Curve.SecondsToAnEnd(job.Gpus, ServiceLevels.Of(job.AttainedSeconds)));

    /// <inheritdoc/>
    public double SteadySeconds(in JobView job) =>
        job.RemainingSeconds is null ? ServiceLevels.Left(job.AttainedSeconds) : double.PositiveInfinity;
}
