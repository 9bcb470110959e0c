using Datahall.Control.Agents;
using Datahall.Fleet.Runtimes;
using Datahall.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datahall.Fleet.Tests.Runtimes;

/// <summary>A process runtime in a directory of its own, whose agent can die and come back.</summary>
internal sealed class RuntimeBench : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly Dictionary<AttemptKey, AttemptReport> reports = [];

    public RuntimeBench(Func<ProcessRuntimeOptions, ProcessRuntimeOptions>? configure = null)
    {
        Options = (configure ?? (static options => options))(new() { DataDirectory = directory.Path });
        Restart();
    }

    public ProcessRuntimeOptions Options { get; }

    public ProcessRuntime Runtime { get; private set; } = null!;

    public string Root => directory.Path;

    public IReadOnlyList<AttemptReport> Adopted { get; private set; } = [];

    public static DesiredTask Shell(string script, string name = "t", long fence = 1) => Command(name, fence, "/bin/sh", "-c", script);

    public static DesiredTask Command(string name, long fence, params string[] command) => new()
    {
        Task = name,
        Fence = fence,
        Template = new() { Run = new() { Process = new() { Command = command } }, GracePeriod = Duration.FromSeconds(10) },
    };

    /// <summary>The agent is killed and started again: nothing of its memory is left.</summary>
    public void Restart()
    {
        Runtime = new(Options, TimeProvider.System, NullLogger.Instance);
        this.reports.Clear();
        Adopted = Runtime.Adopt();
        Note(Adopted);
    }

    public AttemptReport? Report(string name = "t", long fence = 1)
    {
        Note(Runtime.Poll());
        return this.reports.GetValueOrDefault(new(name, fence));
    }

    public Task<AttemptReport> Running(string name = "t", long fence = 1) =>
        Eventually.Get($"running {name}@{fence}", () => Report(name, fence) is { State: AttemptState.Running } report ? report : null);

    public Task<AttemptReport> Ended(string name = "t", long fence = 1) =>
        Eventually.Get($"ended {name}@{fence}", () => Report(name, fence) is { State: AttemptState.Ended } report ? report : null);

    public string File(string file, string name = "t", long fence = 1) =>
        Path.Combine(directory.Path, "tasks", name, fence.ToString(System.Globalization.CultureInfo.InvariantCulture), file);

    public string Output(string name = "t", long fence = 1) => System.IO.File.Exists(File("stdout.log", name, fence))
        ? System.IO.File.ReadAllText(File("stdout.log", name, fence)) : "";

    /// <summary>A line of the output, once it is whole.</summary>
    public Task<string> Line(int number = 0) =>
        Eventually.Get($"line {number} of the output", () => Output().Split('\n') is { } lines && lines.Length > number + 1 ? lines[number] : null);

    public static bool Lives(int pid) => ProcessTable.Find(pid) is { Lives: true };

    public void Dispose()
    {
        foreach (var report in this.reports.Values.Where(static report => report.State is not AttemptState.Ended).ToList())
        {
            Runtime.Stop(new(report.Task, report.Fence), new Duration(0));
        }

        Eventually.Holds("quiet node", () => !Runtime.Usage().Any() || Quiet()).GetAwaiter().GetResult();
        Runtime.Dispose();
        directory.Dispose();
    }

    private bool Quiet()
    {
        foreach (var usage in Runtime.Usage())
        {
            Runtime.Stop(usage.Key, new Duration(0));
        }

        Note(Runtime.Poll());
        return Runtime.Usage().Count == 0;
    }

    private void Note(IReadOnlyList<AttemptReport> reports)
    {
        foreach (var report in reports)
        {
            this.reports[new(report.Task, report.Fence)] = report;
        }
    }
}
