using Datahall.Cli.Bench.Load;
using Datahall.Cli.Output;

namespace Datahall.Cli.Bench;

/// <summary>How a load stands, in one line that is written over again, on a terminal only.</summary>
internal sealed class ProgressLine(Terminal terminal, LoadPlan plan) : IDisposable
{
    private bool isShown;

    /// <summary>Shows how it stands.</summary>
    /// <param name="seconds">Since the first request.</param>
    /// <param name="counts">What was counted.</param>
    public void Tell(double seconds, Recorder counts)
    {
        if (terminal.IsInteractive)
        {
            terminal.Error.Write($"\r\e[K{Text(plan, seconds, counts)}");
            isShown = true;
        }
    }

    /// <summary>The line.</summary>
    public static string Text(LoadPlan plan, double seconds, Recorder counts)
    {
        var measured = seconds - plan.WarmUp.TotalSeconds;
        var responses = counts.Count(Outcome.Response);
        return measured <= 0
            ? FormattableString.Invariant($"warm-up {seconds:0}/{plan.WarmUp.TotalSeconds:0} s")
            : FormattableString.Invariant($"{Math.Min(measured, plan.Duration.TotalSeconds):0}/{plan.Duration.TotalSeconds:0} s  {responses} responses  {responses / measured:0}/s  p99 {counts.P99Milliseconds:0.##} ms");
    }

    public void Dispose()
    {
        if (isShown)
        {
            terminal.Error.Write("\r\e[K"); // The line is gone before the report.
            isShown = false;
        }
    }
}
