namespace Datahall.Twin.Traces.Jobs;

/// <summary>A job of a trace: a gang that runs for a known time on a number of GPUs.</summary>
/// <param name="Index">Its place in the trace, by submission; also what breaks ties.</param>
/// <param name="Name">Its name, with its family where the trace tells one; or empty.</param>
/// <param name="Queue">Its queue: the virtual cluster, or empty.</param>
/// <param name="Gpus">How many GPUs it asks, 1 or more.</param>
/// <param name="SubmittedSeconds">When it was submitted, in seconds from the trace's zero.</param>
/// <param name="Seconds">How long it runs undisturbed, in seconds, 0 or more.</param>
/// <param name="StartSeconds">What a start costs before work goes on, in seconds.</param>
/// <param name="Line">Its line in the trace's file; 0 when it comes from none.</param>
public sealed record TraceJob(
    int Index, string Name, string Queue, int Gpus, double SubmittedSeconds, double Seconds, double StartSeconds, int Line = 0);

/// <summary>Which jobs of a dated trace are taken: those submitted at or after one moment and before another.</summary>
/// <param name="From">The first moment, which becomes the trace's zero.</param>
/// <param name="To">The moment after the last.</param>
public sealed record TraceWindow(DateTime From, DateTime To)
{
    /// <summary>October and November 2017, on which schedulers have been compared on Philly since Hu et al. (Helios, SC 2021).</summary>
    public static TraceWindow Philly { get; } = new(new(2017, 10, 1, 0, 0, 0, DateTimeKind.Utc), new(2017, 12, 1, 0, 0, 0, DateTimeKind.Utc));
}
