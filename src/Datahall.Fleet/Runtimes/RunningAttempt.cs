using System.Diagnostics;
using Datahall.Control.Agents;
using Datahall.Fleet.Checkpoints;
using Datahall.Fleet.Limits;

namespace Datahall.Fleet.Runtimes;

/// <summary>One attempt that may have processes: looked at again and again until nothing of it lives.</summary>
/// <param name="directory">What is on disk of it.</param>
/// <param name="task">What it runs.</param>
/// <param name="cgroup">Its cgroups.</param>
/// <param name="probe">Asks for its health; null when it has no check.</param>
/// <param name="checkpoints">Looks for its checkpoints; null when it names no place for them.</param>
/// <param name="wrapper">The wrapper this agent spawned; null for an adopted attempt.</param>
/// <param name="time">The clock of the grace period.</param>
internal sealed class RunningAttempt(
    AttemptDirectory directory, DesiredTask task, TaskCgroup cgroup, HealthProbe? probe, CheckpointWatch? checkpoints, Process? wrapper, TimeProvider time)
{
    private PidRecord? pid = directory.Pid;
    private AttemptReport? verdict = directory.Verdict;
    private StopClock? stop;
    private bool readyNoted = directory.IsReady;
    private IReadOnlyList<string>? unwritten;

    public AttemptDirectory Directory { get; } = directory;

    public DesiredTask Task { get; } = task;

    public TaskCgroup Cgroup { get; } = cgroup;

    public int? Session => this.pid?.Pid;

    public AttemptReport Report { get; private set; } = new() { Task = task.Task, Fence = task.Fence };

    /// <summary>Looks at the attempt and does what is due: a signal, a health check, the clearing away of what outlived the task.</summary>
    public AttemptReport Look(ProcessSnapshot processes)
    {
        if (Report.State is AttemptState.Ended)
        {
            return Report;
        }

        this.pid ??= Directory.Pid;
        if (this.pid is null)
        {
            return Report = wrapper is { HasExited: true } && (this.pid = Directory.Pid) is null ? NeverStarted(wrapper.ExitCode) : Report;
        }

        // In this order: the exit file is written while the wrapper still lives.
        var lives = this.pid.Lives(processes.BootId);
        var status = Directory.ExitStatus;
        if (lives && status is null)
        {
            return Report = WhileAlive(processes);
        }

        var rest = Members(processes);
        foreach (var pid in rest)
        {
            Posix.Signal(pid, Posix.Kill);
        }

        // What it saved on its way out counts too: the end is told after one more look.
        var over = rest.Count == 0 && (checkpoints is null || Directory.Started is not { } started || checkpoints.TryClose(started));
        Report = Report with { Ready = false, Checkpointed = checkpoints?.Latest };
        return over ? Report = Ended(status, processes.BootId) : Report;
    }

    /// <summary>Asks the attempt to end; asking again may only shorten the grace.</summary>
    public void Stop(TimeSpan? grace)
    {
        var allowed = grace ?? Task.Template.GracePeriod.TimeSpan;
        if (stop is null && (this.pid ??= Directory.Pid) is null && Directory.TryClaim())
        {
            Report = Finish(Report with { State = AttemptState.Ended, Signal = Posix.Terminate, Message = "stopped before it had started" });
            return;
        }

        this.pid ??= Directory.Pid;
        stop = stop is { } clock && clock.Grace <= allowed ? clock : new StopClock(stop?.Asked ?? time.GetTimestamp(), allowed);
    }

    /// <summary>Says who the attempt's members are; <see cref="WriteMembers"/> does it.</summary>
    public void SetMembers(IReadOnlyList<string> members) => unwritten = members;

    /// <summary>Brings the members file to what was said last; does nothing once that is done.</summary>
    public void WriteMembers()
    {
        if (unwritten is not null && Report.State is not AttemptState.Ended)
        {
            Directory.WriteMembers(unwritten);
            unwritten = null;
        }
    }

    private AttemptReport WhileAlive(ProcessSnapshot processes)
    {
        var child = Directory.Child;
        if (stop is not null)
        {
            AdvanceStop(processes, child);
        }
        else if (child is not null && probe?.Tick() is { } unhealthy)
        {
            Condemn("Unhealthy", unhealthy);
        }

        var ready = stop is null && child is not null && (probe?.Ready ?? true);
        if (ready && !readyNoted)
        {
            Directory.MarkReady();
            readyNoted = true;
        }

        LookForCheckpoint();
        var state = child is null ? AttemptState.Starting : AttemptState.Running;
        return Report with { State = stop is null ? state : AttemptState.Stopping, Pid = child, Ready = ready, Checkpointed = checkpoints?.Latest };
    }

    private void LookForCheckpoint()
    {
        if (checkpoints is not null && Directory.Started is { } started)
        {
            checkpoints.Tick(started);
        }
    }

    private void Condemn(string reason, string message)
    {
        verdict = new() { Task = Task.Task, Fence = Task.Fence, Reason = reason, Message = message };
        Directory.WriteVerdict(verdict);
        Stop(null);
    }

    private void AdvanceStop(ProcessSnapshot processes, int? child)
    {
        if (time.GetElapsedTime(stop!.Asked) >= stop.Grace)
        {
            // The wrapper is spared at first, so that it can say how the task ended.
            var members = Members(processes).Where(pid => pid != this.pid!.Pid || stop.Killed > 3).ToList();
            members.ForEach(static pid => Posix.Signal(pid, Posix.Kill));
            stop.Killed++;
        }
        else if (!stop.Told)
        {
            // Before the task's own process is there the wrapper swallows the signal: it is sent again when it is.
            Posix.SignalGroup(this.pid!.Pid, Posix.Terminate);
            stop.Told = child is not null;
        }
    }

    /// <summary>What lives of the attempt: its session, and its cgroups for those who left the session.</summary>
    private List<int> Members(ProcessSnapshot processes)
    {
        var session = this.pid!.IsTaken(processes.BootId) ? [] : processes.BySession[this.pid.Pid].Select(static stat => stat.Pid);
        return [.. session.Union(Cgroup.Processes.Where(static pid => ProcessTable.Find(pid) is { Lives: true }))];
    }

    private AttemptReport Ended(int? status, string boot)
    {
        var killed = Cgroup.OutOfMemoryKills > 0 && status is not 0;
        var end = Report with { State = AttemptState.Ended, Ready = false };
        end = status switch
        {
            null when this.pid!.Boot != boot => end with { Reason = AgentMachine.Vanished, Message = "the node restarted while the task ran" },
            null => end with { Signal = Posix.Kill, Message = "the task and its wrapper were killed" },
            // The shell's way to say that a signal ended its child.
            > 128 and <= 192 => end with { Signal = status - 128 },
            _ => end with { ExitCode = status },
        };
        if (Directory.Failed is { Length: > 0 } failed)
        {
            end = end with { ExitCode = null, Reason = "StartFailed", Message = failed };
        }
        else if (verdict is not null)
        {
            end = end with { Reason = verdict.Reason, Message = verdict.Message };
        }
        else if (killed)
        {
            end = end with { Reason = "OutOfMemory", Message = $"killed by the kernel: it used more than its memory limit of {Task.Template.Resources.Memory}" };
        }

        return Finish(end);
    }

    private AttemptReport NeverStarted(int code)
    {
        var log = Directory.File("wrapper.log");
        var said = File.Exists(log) ? File.ReadAllText(log).Trim() : "";
        return Finish(Report with
        {
            State = AttemptState.Ended,
            Reason = "StartFailed",
            Message = $"the task's wrapper ended with code {code} before it could start the task: {(said.Length > 0 ? said : "it said nothing")}",
        });
    }

    private AttemptReport Finish(AttemptReport end)
    {
        try
        {
            Directory.WriteEnded(end);
        }
        catch (IOException)
        {
            // The disk is full. The end is reported all the same; a later agent finds the exit file, or nothing alive.
        }

        Cgroup.Remove();
        wrapper?.Dispose();
        return end;
    }

    private sealed record StopClock(long Asked, TimeSpan Grace)
    {
        public bool Told { get; set; }

        public int Killed { get; set; }
    }
}
