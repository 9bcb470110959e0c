using System.Security.Cryptography;
using System.Text;
using Datahall.Control.Agents;
using Datahall.Fleet.Limits;
using Datahall.Fleet.Logs;
using Datahall.Model;
using Microsoft.Extensions.Logging;

namespace Datahall.Fleet.Runtimes;

/// <summary>Runs tasks as processes that live on when the agent dies, and takes them up again when it is back.</summary>
/// <remarks>One caller drives it: it starts no thread, and everything happens in <see cref="Poll"/> and in the calls.</remarks>
internal sealed partial class ProcessRuntime : IDisposable
{
    private static readonly TimeSpan LogCheck = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetentionCheck = TimeSpan.FromMinutes(1);

    private readonly Dictionary<AttemptKey, RunningAttempt> _running = [];
    private readonly Dictionary<AttemptKey, AttemptReport> _ended = [];
    private readonly List<AttemptReport> _news = [];
    private readonly ProcessRuntimeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Cgroups _cgroups;
    private readonly AttemptLauncher _launcher;
    private readonly AttemptRetention _retention;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private long _logsChecked;
    private long _retentionChecked;

    public ProcessRuntime(ProcessRuntimeOptions options, TimeProvider time, ILogger logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _cgroups = new(CgroupMounts.Read(), InstanceOf(options.DataDirectory));
        _launcher = new(options, _cgroups);
        _retention = new(options, time);
        (_logsChecked, _retentionChecked) = (time.GetTimestamp(), time.GetTimestamp());
    }

    /// <summary>What is enforced of tasks' limits, in words.</summary>
    public string Limits => _cgroups.Description;

    /// <summary>Whether memory limits are enforced here.</summary>
    public bool LimitsMemory => _cgroups.LimitsMemory;

    /// <summary>Whether processor limits are enforced here.</summary>
    public bool LimitsCpu => _cgroups.LimitsCpu;

    /// <summary>Takes up every attempt that an earlier agent left; called once, before anything else.</summary>
    public IReadOnlyList<AttemptReport> Adopt()
    {
        foreach (var directory in AttemptDirectory.All(_options.Tasks).ToList())
        {
            if (directory.IsForgotten)
            {
                continue;
            }

            if (directory.Ended is { } ended)
            {
                _ended[directory.Key] = ended;
            }
            else if (directory.Spec is not { } spec || (directory.Pid is null && directory.TryClaim()))
            {
                // The earlier agent died before the attempt began, and now it cannot begin any more: as if it had never been.
                directory.Delete();
            }
            else
            {
                _running[directory.Key] = NewAttempt(directory, spec, null);
            }
        }

        _cgroups.RemoveOthers(_running.Keys.ToHashSet());
        Poll();
        return [.. _ended.Values, .. _running.Values.Select(static attempt => attempt.Report)];
    }

    /// <summary>Starts an attempt; one that is known is left alone. What becomes of it comes from <see cref="Poll"/>.</summary>
    public void Start(DesiredTask task)
    {
        var directory = new AttemptDirectory(_options.Tasks, new(task.Task, task.Fence));
        if (_running.ContainsKey(directory.Key) || _ended.ContainsKey(directory.Key))
        {
            return;
        }

        if (directory.IsForgotten)
        {
            End(new() { Task = task.Task, Fence = task.Fence, State = AttemptState.Ended, Reason = AgentMachine.Vanished, Message = "this attempt has run and ended before" });
            return;
        }

        if (_launcher.TryLaunch(task, directory, out var failure) is { } wrapper)
        {
            _running[directory.Key] = NewAttempt(directory, task, wrapper);
            return;
        }

        LogStartFailed(directory.Key, failure);
        var report = new AttemptReport { Task = task.Task, Fence = task.Fence, State = AttemptState.Ended, Reason = "StartFailed", Message = failure };
        TryDisk(directory.Key, () => directory.WriteEnded(report));
        _cgroups.Open(directory.Key).Remove();
        End(report);
    }

    /// <summary>Stops an attempt: SIGTERM to its process group, and after the grace SIGKILL to all that is left of it.</summary>
    public void Stop(AttemptKey key, Duration? grace)
    {
        if (_running.TryGetValue(key, out var attempt))
        {
            TryDisk(key, () => attempt.Stop(grace?.TimeSpan));
            LookAt(attempt, new(ProcessTable.BootId));
        }
    }

    /// <summary>Cleans up after an ended attempt; its logs stay for a while.</summary>
    public void Forget(AttemptKey key)
    {
        if (_ended.Remove(key) && new AttemptDirectory(_options.Tasks, key) is var directory && Directory.Exists(directory.Path))
        {
            TryDisk(key, () => _retention.Forget(directory));
        }
    }

    /// <summary>Looks at every attempt; returns the attempts whose standing changed since the last call.</summary>
    public IReadOnlyList<AttemptReport> Poll()
    {
        var processes = new ProcessSnapshot(ProcessTable.BootId);
        foreach (var attempt in _running.Values.ToList())
        {
            LookAt(attempt, processes);
        }

        if (_time.GetElapsedTime(_logsChecked) >= LogCheck)
        {
            _logsChecked = _time.GetTimestamp();
            RotateLogs();
        }

        if (_time.GetElapsedTime(_retentionChecked) >= RetentionCheck)
        {
            _retentionChecked = _time.GetTimestamp();
            TryDisk(default, _retention.Sweep);
            _cgroups.RemoveOthers(_running.Keys.ToHashSet());
        }

        var news = _news.ToArray();
        _news.Clear();
        return news;
    }

    /// <summary>What every living attempt has used of processors so far, and uses of memory now.</summary>
    public IReadOnlyList<AttemptUsage> Usage()
    {
        var processes = new ProcessSnapshot(ProcessTable.BootId);
        return [.. _running.Values.Select(attempt => AttemptUsage.Of(attempt, processes))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The tasks live on: that is the point.
        _http.Dispose();
        _cgroups.Close();
    }

    private static string InstanceOf(string dataDirectory) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(dataDirectory))))[..8];

    private RunningAttempt NewAttempt(AttemptDirectory directory, DesiredTask task, System.Diagnostics.Process? wrapper)
    {
        var history = directory.IsReady ? HealthHistory.WasReady : HealthHistory.None;
        var probe = task.Health is { } check && (check.Http ?? (object?)check.Tcp) is not null ? new HealthProbe(check, task.Port, _http, _time, history) : null;
        return new(directory, task, _cgroups.Open(directory.Key), probe, wrapper, _time);
    }

    private void LookAt(RunningAttempt attempt, ProcessSnapshot processes)
    {
        var before = attempt.Report;
        TryDisk(attempt.Directory.Key, () => attempt.Look(processes));
        if (attempt.Report.State is AttemptState.Ended)
        {
            _running.Remove(attempt.Directory.Key);
            End(attempt.Report);
        }
        else if (attempt.Report != before)
        {
            _news.Add(attempt.Report);
        }
    }

    private void End(AttemptReport report)
    {
        _ended[new(report.Task, report.Fence)] = report;
        _news.Add(report);
    }

    private void RotateLogs()
    {
        foreach (var directory in _running.Values.Select(static attempt => attempt.Directory))
        {
            TryDisk(directory.Key, () =>
            {
                LogRotation.RotateIfLarge(directory.File("stdout.log"), _options.LogBytes, _options.LogFiles);
                LogRotation.RotateIfLarge(directory.File("stderr.log"), _options.LogBytes, _options.LogFiles);
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
