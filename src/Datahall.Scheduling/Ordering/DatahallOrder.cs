namespace Datahall.Scheduling.Ordering;

/// <summary>
/// The job that brings the next end at the least service first. Where the remaining time is known that is remaining time × GPUs; else
/// GPUs^1.2 × learnt^0.6 × prior^0.4, where both are the run time that must be spent on jobs like it for one of them to end.
/// </summary>
/// <remarks>
/// The learnt index alone would be best once the curve is right; while it is not, it follows its errors. The prior alone is least attained
/// service. Their weighted geometric mean was better than either on traces that start from nothing. The exponent makes a wide gang pay for
/// the room that others cannot fill around it. Both numbers were tuned on Muri's traces 1 and 3, as submitted and as batches, and on no
/// other trace; neighbouring numbers do about as well.
/// <para>
/// Gangs of <see cref="WideGpus"/> and more would wait for ever behind a stream of small jobs, and stopping one throws away the most work:
/// they come before all others, in order of submission, unless they ask for more than <see cref="WidePoolShare"/> of the pool. To clear a
/// whole hall for one gang makes everybody wait for it, so in a hall that small it takes its turn.
/// </para>
/// </remarks>
/// <param name="curve">What has been learnt.</param>
public sealed class DatahallOrder(ServiceCurve curve) : IJobOrder
{
    /// <summary>From how many GPUs on a gang comes first: eight nodes of eight.</summary>
    public const int WideGpus = 64;

    /// <summary>Up to which share of the pool such a gang comes first.</summary>
    public const double WidePoolShare = 0.25;

    private const double WidthExponent = 1.2;
    private const double Trust = 0.6;

    // Brings any time of submission below the smallest key of another job.
    private const double WideScale = 1e-12;

    /// <summary>What has been learnt.</summary>
    public ServiceCurve Curve { get; } = curve;

    /// <inheritdoc/>
    public string Name => "datahall";

    /// <inheritdoc/>
    public double Key(in JobView job)
    {
        if (job.Gpus >= WideGpus && job.PoolShare <= WidePoolShare)
        {
            return job.SubmittedSeconds * WideScale;
        }

        if (job.RemainingSeconds is { } remaining)
        {
            return remaining * job.Gpus;
        }

        var level = ServiceLevels.Of(job.AttainedSeconds);
        return Math.Pow(job.Gpus, WidthExponent)
            * Math.Pow(Curve.SecondsToAnEnd(job.Gpus, level), Trust)
            * Math.Pow(ServiceCurve.PriorSecondsToAnEnd(level), 1 - Trust);
    }

    /// <inheritdoc/>
    public double SteadySeconds(in JobView job) =>
        job.RemainingSeconds is null ? ServiceLevels.Left(job.AttainedSeconds) : double.PositiveInfinity;
}
