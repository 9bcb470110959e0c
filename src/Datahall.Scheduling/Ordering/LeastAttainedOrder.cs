namespace Datahall.Scheduling.Ordering;

/// <summary>Least attained service first: run time × GPUs so far, on a scale of doublings.</summary>
/// <remarks>
/// The continuous discipline would let equal jobs take turns without end. On the scale a job falls back only when its service has doubled,
/// so it is disturbed a number of times that is the logarithm of its length. Source: Gu et al., "Tiresias", NSDI 2019 (2D-LAS); they have
/// two or three levels with thresholds to be tuned, doublings need none.
/// </remarks>
internal sealed class LeastAttainedOrder : IJobOrder
{
    public string Name => "las";

    public double Key(in JobView job) => ServiceLevels.Of(job.AttainedGpuSeconds);

    public double SteadySeconds(in JobView job) => ServiceLevels.Left(job.AttainedGpuSeconds) / job.Gpus;
}

/// <summary>Discretised two-dimensional least attained service as the Muri artefact configures Tiresias-L: three levels.</summary>
/// <remarks>Source: Rivendile/Muri, simulator/jobs.py (levels end at 3,250 and 7,200 GPU-seconds).</remarks>
internal sealed class TiresiasOrder : IJobOrder
{
    public string Name => "tiresias";

    public double Key(in JobView job) => Level(job);

    public double SteadySeconds(in JobView job) => Level(job) switch
    {
        0 => (3250 - job.AttainedGpuSeconds) / job.Gpus,
        1 => (7200 - job.AttainedGpuSeconds) / job.Gpus,
        _ => double.PositiveInfinity,
    };

    // A sum of run times may fall short of a level's end by its rounding.
    private static int Level(in JobView job) => (job.AttainedGpuSeconds * (1 + 1e-9)) switch
    {
        < 3250 => 0,
        < 7200 => 1,
        _ => 2,
    };
}
