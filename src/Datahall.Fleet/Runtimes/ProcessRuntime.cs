using System.Security.Cryptography;
using System.Text;
using Datahall.Control.Agents;
using Datahall.Fleet.Checkpoints;
using Datahall.Fleet.Limits;
using Datahall.Fleet.Logs;
using Datahall.Model;
using Microsoft.Extensions.Logging;

namespace Datahall.Fleet.Runtimes;

/// <summary>Runs tasks as processes that live on when the agent dies, and takes them up again when it is back.</summary>
/// <remarks>
/// One caller drives it, and everything happens in <see cref="Poll"/> and in the calls; only what may wait for others, health checks and
/// looks for checkpoints, goes on beside it.
/// </remarks>
internal sealed partial class ProcessRuntime : IDisposable
{
    private static readonly TimeSpan LogCheck = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestFirstLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetentionCheck = TimeSpan.FromMinutes(1);

    private readonly Dictionary<AttemptKey, RunningAttempt> running = [];
    private readonly Dictionary<AttemptKey, AttemptReport> ended = [];
    private readonly List<AttemptReport> news = [];
    private readonly ProcessRuntimeOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Cgroups cgroups;
    private readonly AttemptLauncher launcher;
    private readonly AttemptRetention retention;
    private readonly CheckpointLooks looks;
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private long logsChecked;
    private long retentionChecked;

    public ProcessRuntime(ProcessRuntimeOptions options, TimeProvider time, ILogger logger)
    {
        (this.options, this.time, this.logger) = (options, time, logger);
        cgroups = new(CgroupMounts.Read(), InstanceOf(options.DataDirectory));
        launcher = new(options, cgroups);
        retention = new(options, time);
        looks = new(NewestChange.Of, time);
        (logsChecked, retentionChecked) = (time.GetTimestamp(), time.GetTimestamp());
    }

    /// <summary>What is enforced of tasks' limits, in words.</summary>
    public string Limits => cgroups.Description;

    /// <summary>Whether memory limits are enforced here.</summary>
    public bool LimitsMemory => cgroups.LimitsMemory;

    /// <summary>Whether processor limits are enforced here.</summary>
    public bool LimitsCpu => cgroups.LimitsCpu;

    /// <summary>Takes up every attempt that an earlier agent left; called once, before anything else.</summary>
    public IReadOnlyList<AttemptReport> Adopt()
    {
        foreach (var directory in AttemptDirectory.All(this.options.Tasks).ToList())
        {
            if (directory.IsForgotten)
            {
                continue;
            }

            if (directory.Ended is { } ended)
            {
                this.ended[directory.Key] = ended;
            }
            else if (directory.Spec is not { } spec || (directory.Pid is null && directory.TryClaim()))
            {
                // The earlier agent died before the attempt began, and now it cannot begin any more: as if it had never been.
                directory.Delete();
            }
            else
            {
                running[directory.Key] = NewAttempt(directory, spec, null);
            }
        }

        cgroups.RemoveOthers(running.Keys.ToHashSet());
        Poll();
        if (running.Values.Any(static attempt => attempt.Task.CheckpointPath is not null))
        {
            looks.Settle(LongestFirstLook); // Else the first report would say that there is no checkpoint.
            Poll();
        }

        return [.. this.ended.Values, .. running.Values.Select(static attempt => attempt.Report)];
    }

    /// <summary>Starts an attempt; one that is known is left alone. What becomes of it comes from <see cref="Poll"/>.</summary>
    public void Start(DesiredTask task)
    {
        var directory = new AttemptDirectory(this.options.Tasks, new(task.Task, task.Fence));
        if (running.ContainsKey(directory.Key) || this.ended.ContainsKey(directory.Key))
        {
            return;
        }

        if (directory.IsForgotten)
        {
            End(new() { Task = task.Task, Fence = task.Fence, State = AttemptState.Ended, Reason = AgentMachine.Vanished, Message = "this attempt has run and ended before" });
            return;
        }

        if (launcher.TryLaunch(task, directory, out var failure) is { } wrapper)
        {
            running[directory.Key] = NewAttempt(directory, task, wrapper);
            return;
        }

        LogStartFailed(directory.Key, failure);
        var report = new AttemptReport { Task = task.Task, Fence = task.Fence, State = AttemptState.Ended, Reason = "StartFailed", Message = failure };
        TryDisk(directory.Key, () => directory.WriteEnded(report));
        cgroups.Open(directory.Key).Remove();
        End(report);
    }

    /// <summary>Stops an attempt: SIGTERM to its process group, and after the grace SIGKILL to all that is left of it.</summary>
    public void Stop(AttemptKey key, Duration? grace)
    {
        if (running.TryGetValue(key, out var attempt))
        {
            TryDisk(key, () => attempt.Stop(grace?.TimeSpan));
            LookAt(attempt, new(ProcessTable.BootId));
        }
    }

    /// <summary>Brings the members file of a living attempt to a list, now or as soon as the disk takes it.</summary>
    public void SetMembers(AttemptKey key, IReadOnlyList<string> members)
    {
        if (running.TryGetValue(key, out var attempt))
        {
            attempt.SetMembers(members);
            TryDisk(key, attempt.WriteMembers);
        }
    }

    /// <summary>Cleans up after an ended attempt; its logs stay for a while.</summary>
    public void Forget(AttemptKey key)
    {
        if (this.ended.Remove(key) && new AttemptDirectory(this.options.Tasks, key) is var directory && Directory.Exists(directory.Path))
        {
            TryDisk(key, () => retention.Forget(directory));
        }
    }

    /// <summary>Looks at every attempt; returns the attempts whose standing changed since the last call.</summary>
    public IReadOnlyList<AttemptReport> Poll()
    {
        var processes = new ProcessSnapshot(ProcessTable.BootId);
        foreach (var attempt in running.Values.ToList())
        {
            LookAt(attempt, processes);
        }

        if (this.time.GetElapsedTime(logsChecked) >= LogCheck)
        {
            logsChecked = this.time.GetTimestamp();
            RotateLogs();
            // A group whose last process was still going away when its attempt ended could not be removed then.
            TryDisk(default, () => cgroups.RemoveOthers(running.Keys.ToHashSet()));
        }

        if (this.time.GetElapsedTime(retentionChecked) >= RetentionCheck)
        {
            retentionChecked = this.time.GetTimestamp();
            TryDisk(default, retention.Sweep);
        }

        var news = this.news.ToArray();
        this.news.Clear();
        return news;
    }

    /// <summary>What every living attempt has used of processors so far, and uses of memory now.</summary>
    public IReadOnlyList<AttemptUsage> Usage()
    {
        var processes = new ProcessSnapshot(ProcessTable.BootId);
        return [.. running.Values.Select(attempt => AttemptUsage.Of(attempt, processes))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The tasks live on: that is the point.
        http.Dispose();
        cgroups.Close();
    }

    private static string InstanceOf(string dataDirectory) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(dataDirectory))))[..8];

    private RunningAttempt NewAttempt(AttemptDirectory directory, DesiredTask task, System.Diagnostics.Process? wrapper)
    {
        var history = directory.IsReady ? HealthHistory.WasReady : HealthHistory.None;
        var probe = task.Health is { } check && (check.Http ?? (object?)check.Tcp) is not null ? new HealthProbe(check, task.Port, http, this.time, history) : null;
        var checkpoints = task.CheckpointPath is { } path
            ? new CheckpointWatch(Path.Combine(AttemptLauncher.WorkOf(task, directory), path), this.options.CheckpointLook, looks, this.time)
            : null;
        return new(directory, task, cgroups.Open(directory.Key), probe, checkpoints, wrapper, this.time);
    }

    private void LookAt(RunningAttempt attempt, ProcessSnapshot processes)
    {
        var before = attempt.Report;
        TryDisk(attempt.Directory.Key, attempt.WriteMembers);
        TryDisk(attempt.Directory.Key, () => attempt.Look(processes));
        if (attempt.Report.State is AttemptState.Ended)
        {
            running.Remove(attempt.Directory.Key);
            End(attempt.Report);
        }
        else if (attempt.Report != before)
        {
            this.news.Add(attempt.Report);
        }
    }

    private void End(AttemptReport report)
    {
        this.ended[new(report.Task, report.Fence)] = report;
        this.news.Add(report);
    }

    private void RotateLogs()
    {
        foreach (var directory in running.Values.Select(static attempt => attempt.Directory))
        {
            TryDisk(directory.Key, () =>
            {
                LogRotation.RotateIfLarge(directory.File("stdout.log"), this.options.LogBytes, this.options.LogFiles);
                LogRotation.RotateIfLarge(directory.File("stderr.log"), this.options.LogBytes, this.options.LogFiles);
            });
        }
    }

    private void TryDisk(AttemptKey key, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // A full disk: the next look tries again.
        {
            LogDiskFailed(e, key);
        }
    }

    [LoggerMessage(2101, LogLevel.Warning, "Attempt {Attempt} could not start: {Failure}")]
    private partial void LogStartFailed(AttemptKey attempt, string failure);

    [LoggerMessage(2102, LogLevel.Warning, "The files of attempt {Attempt} could not be used; trying again")]
    private partial void LogDiskFailed(Exception exception, AttemptKey attempt);
}
