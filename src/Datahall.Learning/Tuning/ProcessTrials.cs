using System.Diagnostics;

namespace Datahall.Learning.Tuning;

/// <summary>Runs trials as processes of this machine.</summary>
internal sealed class ProcessTrials(string settings) : ITrialRunner
{
    /// <inheritdoc/>
    public IRunningTrial Start(Trial trial, string folder)
    {
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])["train", "--config", settings, "--output", folder, .. trial.Changes.SelectMany(static change => new[] { "--set", change })])
        {
            start.ArgumentList.Add(argument);
        }

        return new Running(Process.Start(start)!, Path.Combine(folder, "trial.log"));
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
