using System.Globalization;
using Datahall.Control.Agents;
using Datahall.Control.Tasks;
using Datahall.Model;

namespace Datahall.Control.Core;

/// <summary>Derives from the resources what a node should have, so that orders can be made again at any time.</summary>
internal sealed class DesiredOrders(CoreState state)
{
    public DesiredTasks? For(string name)
    {
        if (state.Node(name) is not { Status: { Session.Length: > 0, Phase: not (NodePhase.Lost or NodePhase.Left or NodePhase.Asleep) } status } node)
        {
            return null;
        }

        return new()
        {
            Node = name,
            Session = status.Session,
            Revision = state.Revision,
            Tasks = [.. state.Indexes.TasksOn(name).Select(Order)],
            Sleep = status.Power is PowerState.FallingAsleep,
            PowerCap = node.OrderedCap(),
        };
    }

    private DesiredTask Order(TaskResource task) => new()
    {
        Task = task.Name,
        Fence = task.Status.Fence,
        Action = task.Status.Phase switch
        {
            TaskPhase.Placed => DesiredAction.Start,
            TaskPhase.Stopping when task.Status.Drain is null => DesiredAction.Stop,
            _ => DesiredAction.Keep,
        },
        Template = task.Spec.Template,
        Health = task.Spec.Health,
        Devices = task.Status.Placement!.Devices,
        Port = task.Status.Placement.Port,
        CheckpointPath = JobOf(task)?.Spec.Checkpoint?.Path,
        Members = MembersOf(task),
        Env = EnvironmentOf(task),
    };

    private Job? JobOf(TaskResource task) => task.Spec.Job is { } job ? state.Job(job) : null;

    private string[]? MembersOf(TaskResource task) => JobOf(task) is { } job && job.Spec.Roles.Any(role => role.Replicas.IsElastic)
        ? [.. state.Indexes.TasksOf(job.Key).Where(t => t.IsActive() && (t.BaseGangId() ?? job.Name) == (task.BaseGangId() ?? job.Name)).Select(Address)]
        : null;

    // What distributed trainers expect (RANK, WORLD_SIZE, …, as torchrun sets them), and what tells a task who it is.
    private SortedDictionary<string, string> EnvironmentOf(TaskResource task)
    {
        var env = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["DATAHALL_TASK"] = task.Name,
            ["DATAHALL_NODE"] = task.Status.Placement!.Node,
            ["DATAHALL_ATTEMPT"] = Text(task.Status.Attempt),
            ["DATAHALL_INDEX"] = Text(task.Spec.Index),
            ["PORT"] = Text(task.Status.Placement.Port),
        };
        if (task.Spec.Service is { } service)
        {
            env["DATAHALL_SERVICE"] = service;
            env["DATAHALL_VERSION"] = Text(task.Spec.Version);
            return env;
        }

        env["DATAHALL_JOB"] = task.Spec.Job!;
        env["DATAHALL_ROLE"] = task.Spec.Role!;
        if (JobOf(task)?.Spec.Checkpoint is { } checkpoint)
        {
            env["DATAHALL_CHECKPOINT"] = checkpoint.Path;
            if (checkpoint.Interval is { } interval)
            {
                env["DATAHALL_CHECKPOINT_INTERVAL"] = interval.TimeSpan.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            }
        }

        AddGang(env, task);
        return env;
    }

    private void AddGang(SortedDictionary<string, string> env, TaskResource task)
    {
        // An extra task joins its gang, whose master it needs to find.
        var gang = task.Spec.Extra && task.BaseGangId() is { } id ? state.Indexes.Gangs.Find(id) : null;
        var members = (gang ?? state.Indexes.Gangs.Find(task.GangId())!).Members;
        var first = members[0].Spec.Rank;
        env["RANK"] = Text(task.Spec.Rank - first);
        env["WORLD_SIZE"] = Text(members.Count);
        env["LOCAL_RANK"] = Text(members.Count(m => m.Spec.Rank < task.Spec.Rank && m.Status.Placement?.Node == task.Status.Placement!.Node));
        if (members[0].Status.Placement is { } master)
        {
            env["MASTER_ADDR"] = master.Address;
            env["MASTER_PORT"] = Text(master.Port);
        }

        if (members.Count > 1)
        {
            env["DATAHALL_PEERS"] = string.Join(',', members.Select(Address));
            foreach (var role in members.GroupBy(m => m.Spec.Role!, StringComparer.Ordinal))
            {
                env[$"DATAHALL_PEERS_{role.Key.ToUpperInvariant().Replace('-', '_')}"] = string.Join(',', role.Select(Address));
            }
        }
    }

    private static string Address(TaskResource member) =>
        member.Status.Placement is { } placement ? string.Create(CultureInfo.InvariantCulture, $"{placement.Address}:{placement.Port}") : "";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
