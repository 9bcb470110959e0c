namespace Datahall.Twin.Traces.Jobs;

/// <summary>A job of a trace: a gang that runs for a known time on a number of GPUs.</summary>
/// <param name="Index">Its place in the trace, by submission; also what breaks ties.</param>
/// <param name="Name">Its name; for one with a family, family and number.</param>
/// <param name="Queue">Its queue: the virtual cluster, or empty.</param>
/// <param name="Gpus">How many GPUs it asks, 1 or more.</param>
/// <param name="SubmittedSeconds">When it was submitted, in seconds from the trace's zero.</param>
/// <param name="Seconds">How long it runs undisturbed, in seconds.</param>
/// <param name="StartSeconds">What a start costs before work goes on, in seconds, where the trace knows it.</param>
public sealed record TraceJob(int Index, string Name, string Queue, int Gpus, double SubmittedSeconds, double Seconds, double StartSeconds);
