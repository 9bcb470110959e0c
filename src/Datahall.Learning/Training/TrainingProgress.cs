using System.Diagnostics;
using System.Globalization;
using Datahall.Learning.Tasks;

namespace Datahall.Learning.Training;

/// <summary>Shows on the terminal how a run goes: one line that is written over, or a line now and then where nobody watches.</summary>
internal sealed class TrainingProgress(TimeProvider time) : ITrainingObserver, IDisposable
{
    private static readonly TimeSpan watched = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan logged = TimeSpan.FromSeconds(10);
    private const int BarWidth = 24;

    private readonly bool isTerminal = !Console.IsErrorRedirected;
    private long started;
    private long shown;
    private long steps;
    private long firstStep;
    private long tokens;
    private double loss = double.NaN;
    private bool isOpen;

    /// <inheritdoc/>
    public void OnStart(long all, long from, double padding)
    {
        (steps, firstStep, started) = (all, from, time.GetTimestamp());
        Say(string.Create(CultureInfo.InvariantCulture, $"{(from > 0 ? $"going on after step {from} of {all}" : $"{all} steps")}; {padding:0.0 %} of the batches is padding"));
    }

    /// <inheritdoc/>
    public void OnStep(StepReport step)
    {
        tokens += step.Tokens;
        loss = double.IsNaN(loss) ? step.Loss : (0.95 * loss) + (0.05 * step.Loss);
        if (shown != 0 && time.GetElapsedTime(shown) < (isTerminal ? watched : logged) && step.Step < steps)
        {
            return;
        }

        shown = time.GetTimestamp();
        var passed = time.GetElapsedTime(started);
        var left = passed * ((steps - step.Step) / (double)Math.Max(1, step.Step - firstStep));
        var done = (int)(BarWidth * step.Step / steps);
        var text = string.Create(CultureInfo.InvariantCulture,
            $"step {step.Step}/{steps} epoch {step.Epoch:0.00} loss {loss:0.0000} rate {step.Rate:0.00e0} {tokens / Math.Max(1e-9, passed.TotalSeconds):N0} tokens/s, {Text(left)} left, {Memory()} MB");
        if (isTerminal)
        {
            Console.Error.Write($"\r[{new string('=', done)}{new string(' ', BarWidth - done)}] {text}\e[K");
            isOpen = true;
        }
        else
        {
            Console.Error.WriteLine(text);
        }
    }

    /// <inheritdoc/>
    public void OnScore(long step, TaskScore score, bool isBest) => Say(string.Create(CultureInfo.InvariantCulture,
        $"step {step}: {string.Join(", ", score.Metrics.Select(static pair => $"{pair.Key} {pair.Value.ToString("0.0000", CultureInfo.InvariantCulture)}"))}{(isBest ? " (the best so far)" : "")}"));

    /// <inheritdoc/>
    public void OnCheckpoint(long step, string folder) => Say($"checkpoint {folder}");

    /// <summary>Says something on a line of its own.</summary>
    public void Say(string text)
    {
        Console.Error.WriteLine(isOpen ? $"\r\e[K{text}" : text);
        isOpen = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isOpen)
        {
            Console.Error.WriteLine();
        }
    }

    private static string Text(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours}h{time.Minutes:00}m" : $"{time.Minutes}m{time.Seconds:00}s";

    private static long Memory()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1_000_000;
    }
}
