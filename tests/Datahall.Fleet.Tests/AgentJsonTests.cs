using System.Text;
using Datahall.Control.Agents;

namespace Datahall.Fleet.Tests;

public sealed class AgentJsonTests
{
    [Fact]
    public void Write_keeps_no_tasks_and_as_before_apart()
    {
        var none = AgentJson.Write(new NodeReport { Node = "n", Session = "s", Sequence = 1, Tasks = [] });
        var asBefore = AgentJson.Write(new NodeReport { Node = "n", Session = "s", Sequence = 2 });

        Assert.Equal("""{"node":"n","session":"s","sequence":1,"tasks":[]}""", Encoding.UTF8.GetString(none));
        Assert.Equal("""{"node":"n","session":"s","sequence":2}""", Encoding.UTF8.GetString(asBefore));
        Assert.Empty(AgentJson.Read<NodeReport>(none).Tasks!);
        Assert.Null(AgentJson.Read<NodeReport>(asBefore).Tasks);
    }

    [Fact]
    public void Write_and_Read_carry_a_desired_task_whole()
    {
        var desired = new DesiredTasks
        {
            Node = "n",
            Session = "s",
            Revision = 9,
            Tasks =
            [
                new()
                {
                    Task = "t",
                    Fence = 7,
                    Action = DesiredAction.Keep,
                    Template = new()
                    {
                        Run = new() { Process = new() { Command = ["a", "b"] } },
                        Resources = new() { Cpu = new(500), Memory = new(1 << 20), Gpu = new(2000) },
                        GracePeriod = new(0),
                    },
                    Health = new() { Http = new(), Timeout = new(0) },
                    Devices = [0, 3],
                    Env = new Dictionary<string, string> { ["PORT"] = "20001" },
                    Port = 20001,
                },
            ],
        };

        var json = AgentJson.Write(desired);
        var back = AgentJson.Read<DesiredTasks>(json);

        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(AgentJson.Write(back)));
        var task = Assert.Single(back.Tasks);
        Assert.Equal(
            (DesiredAction.Keep, 0L, 500L, 2000L, "/healthz"),
            (task.Action, task.Template.GracePeriod.Milliseconds, task.Template.Resources.Cpu.Milli, task.Template.Resources.Gpu.Milli, task.Health!.Http!.Path));
    }

    [Fact]
    public void Read_skips_what_a_later_version_added() =>
        Assert.Equal(new ReportAnswer(3, true), AgentJson.Read<ReportAnswer>("""{"sequence":3,"known":true,"mood":"good"}"""u8));

    [Fact]
    public void Read_takes_an_exit_code_of_zero_for_what_it_is()
    {
        var report = new AttemptReport { Task = "t", Fence = 1, State = AttemptState.Ended, ExitCode = 0 };

        var back = AgentJson.Read<NodeReport>(AgentJson.Write(new NodeReport { Node = "n", Session = "s", Tasks = [report] }));

        Assert.Equal(report, Assert.Single(back.Tasks!));
    }
}
