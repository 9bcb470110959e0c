using System.Text;
using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Tests.Core;

public sealed class CoreTests
{
    [Fact]
    public void An_undone_step_leaves_no_trace()
    {
        var hall = new Hall().WithNode("n1").WithNode("n2");
        hall.Apply(A.Service("web", 3), A.Job("a", 2));
        var before = Picture(hall.Core);

        var step = hall.Core.Step([new Apply([A.Job("b", 4)]), new Delete(new(ResourceKinds.Service, "web"), false), new Delete(new(ResourceKinds.Node, "n1"), true)], hall.Now);
        var changed = Picture(hall.Core);
        hall.Core.Undo(step);

        Assert.NotEqual(before, changed);
        Assert.Equal(before, Picture(hall.Core));
    }

    [Fact]
    public void A_core_loaded_from_the_store_decides_as_the_one_that_ran_on()
    {
        var (ran, loaded) = (Busy(), Busy());
        loaded.Restart();

        foreach (var hall in new[] { ran, loaded })
        {
            hall.Apply(A.Job("later", 3), A.Service("web", 4, "serve2"));
            hall.Pass(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(Picture(ran.Core), Picture(loaded.Core));

        static Hall Busy()
        {
            var hall = new Hall().WithNode("n2", cpus: 3).WithNode("n1", cpus: 4).WithNode("n3", cpus: 2, gpus: 2);
            hall.Apply(A.Service("web", 3), A.Job("a", 2), A.Job("big", 9), A.Job("gpu", 2, GangMode.None, new() { Gpu = new(500) }));
            hall.End("a.worker.0", 3);
            return hall;
        }
    }

    [Fact]
    public void A_step_that_changes_nothing_makes_no_batch()
    {
        var hall = new Hall().WithNode("n1");

        var step = hall.Core.Step([new Report(hall.Agent("n1").Report())], hall.Now);

        Assert.Null(step.Batch);
    }

    [Fact]
    public void An_expected_revision_that_is_not_the_actual_one_is_refused()
    {
        var hall = new Hall();
        hall.Apply(A.Service("web", 1));

        var refused = hall.Refuse(new Apply([A.Service("web", 2) with { Revision = 99 }]));

        Assert.Equal(RefusalKind.Conflict, refused.Kind);
        Assert.Contains("revision 99 was expected, but it has revision", refused.Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal(1, hall.Service("web").Spec.Replicas);
    }

    [Fact]
    public void Applying_the_same_again_changes_nothing()
    {
        var hall = new Hall();
        hall.Apply(A.Service("web", 1), A.Job("a"));
        var revision = hall.Core.Revision;

        var again = hall.Apply(A.Service("web", 1), A.Job("a"));

        Assert.All(again.Changed, c => Assert.Equal(ChangeAction.Unchanged, c.Action));
        Assert.Equal(revision, hall.Core.Revision);
    }

    [Fact]
    public void A_queues_limit_holds_back_what_is_above_it()
    {
        var hall = new Hall().WithNode("n1");
        var job = A.Job("a", 3, GangMode.None);
        hall.Apply(
            new Queue { Name = "root", Spec = new() { Limit = new() { Cpu = new(2000) } } },
            new Queue { Name = "leaf", Spec = new() { Parent = "root" } },
            job with { Spec = job.Spec with { Queue = "leaf" } });

        Assert.Equal(2, hall.Job("a").Status!.Tasks.Running);
        Assert.Equal("queue root is at its limit: 3 CPUs would be held, 2 are allowed; room is kept for it as other work ends", hall.Task("a.worker.2").Status.Message);
    }

    private static string Picture(ControlCore core)
    {
        var text = new StringBuilder();
        foreach (var resource in core.Resources.OrderBy(r => r.Key, ResourceKey.Order))
        {
            text.Append(Encoding.UTF8.GetString(ResourceJson.Write(resource))).Append('\n');
        }

        return text.Append(core.Revision).Append(core.Due).ToString();
    }
}
