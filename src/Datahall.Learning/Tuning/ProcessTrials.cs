using System.Diagnostics;
using System.Globalization;

namespace Datahall.Learning.Tuning;

/// <summary>Runs trials as processes of this machine, which share its cores.</summary>
/// <param name="settings">The settings that are varied.</param>
/// <param name="parallel">How many run at the same time.</param>
internal sealed class ProcessTrials(string settings, int parallel) : ITrialRunner
{
    private const string ThreadsVariable = "OMP_NUM_THREADS";

    /// <inheritdoc/>
    public IRunningTrial Start(Trial trial, string folder)
    {
        Directory.CreateDirectory(folder);
        return new Running(Process.Start(Describe(trial, folder))!, Path.Combine(folder, "trial.log"));
    }

    /// <summary>The command of a trial.</summary>
    public ProcessStartInfo Describe(Trial trial, string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])["train", "--config", settings, "--output", folder, .. trial.Changes.SelectMany(static change => new[] { "--set", change })])
        {
            start.ArgumentList.Add(argument);
        }

        // Not training.threads: a trial may go on beside more or fewer others, with the settings that it had.
        start.Environment.TryAdd(ThreadsVariable, Math.Max(1, Environment.ProcessorCount / parallel).ToString(CultureInfo.InvariantCulture));
        return start;
    }

    private sealed class Running : IRunningTrial
    {
        private readonly Process process;
        private readonly StreamWriter log;
        private volatile string lastLine = "";

        public Running(Process process, string path)
        {
            this.process = process;
            log = new(path, append: true) { AutoFlush = true };
            process.OutputDataReceived += (_, line) => Keep(line.Data);
            process.ErrorDataReceived += (_, line) => Keep(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public TrialOutcome Look() => process.HasExited ? new(true, process.ExitCode == 0 ? null : $"exit code {process.ExitCode}: {lastLine}") : default;

        public void Stop()
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        public void Dispose()
        {
            if (!process.HasExited)
            {
                Stop();
            }

            process.WaitForExit(); // The last lines come in too.
            process.Dispose();
            log.Dispose();
        }

        private void Keep(string? line)
        {
            if (line is { Length: > 0 })
            {
                lastLine = line;
                lock (log)
                {
                    log.WriteLine(line);
                }
            }
        }
    }
}
