namespace Datahall.Scheduling.Durations;

/// <summary>A run that ended.</summary>
/// <param name="Queue">Its queue, or empty.</param>
/// <param name="User">Who submitted it, or empty.</param>
/// <param name="Name">Its name, with whatever number or date it carries.</param>
/// <param name="Gpus">How many accelerators it had, 0 or more.</param>
/// <param name="Seconds">How long it ran, in seconds, above 0.</param>
public readonly record struct DurationSample(string Queue, string User, string Name, int Gpus, double Seconds);

/// <summary>How long a job will probably run.</summary>
/// <param name="Seconds">The whole run time, in seconds, from its start; above what it has run already.</param>
/// <param name="Source">What it was taken from, such as <c>12 runs of ner-finetune</c>.</param>
/// <param name="Runs">How many runs it was taken from.</param>
/// <param name="ErrorFactor">
/// Half of the runs it was taken from were between prediction ÷ factor and prediction × factor when each was predicted by those before it; 1 or more,
/// positive infinity when none was.
/// </param>
public sealed record DurationPrediction(double Seconds, string Source, int Runs, double ErrorFactor);
