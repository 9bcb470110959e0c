namespace Datahall.Fleet.Tests.Runtimes;

public sealed class CheckpointTests
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Poll_reports_each_checkpoint_once()
    {
        using var bench = new RuntimeBench(options => options with { CheckpointLook = Look });
        var before = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1);
        Directory.CreateDirectory(bench.File("work/ckpt"));
        File.WriteAllText(bench.File("work/ckpt/old"), "");
        File.SetLastWriteTimeUtc(bench.File("work/ckpt/old"), before);
        Directory.SetLastWriteTimeUtc(bench.File("work/ckpt"), before);
        bench.Runtime.Start(RuntimeBench.Shell("echo > ckpt/1.tmp; echo begun; until [ -e ../next ]; do sleep 0.02; done; mv ckpt/1.tmp ckpt/1; sleep 1000") with { CheckpointPath = "ckpt" });
        await bench.Line();
        await bench.Running();

        await Looks(bench);
        var begun = bench.Report();
        File.WriteAllText(bench.File("next"), "");
        var saved = await Eventually.Get("checkpoint", () => bench.Report() is { Checkpointed: { } time } report && time.UtcDateTime == Directory.GetLastWriteTimeUtc(bench.File("work/ckpt")) ? report : null);
        await Looks(bench);
        var quiet = bench.Runtime.Poll();

        Assert.Null(begun!.Checkpointed);
        Assert.Equal(Directory.GetLastWriteTimeUtc(bench.File("work/ckpt")), saved.Checkpointed!.Value.UtcDateTime);
        Assert.Empty(quiet);
    }

    [Fact]
    public async Task Adopt_knows_the_checkpoint_of_before()
    {
        using var bench = new RuntimeBench(options => options with { CheckpointLook = Look });
        var place = Path.Combine(bench.Root, "state");
        bench.Runtime.Start(RuntimeBench.Shell($"echo 1 > '{place}'; sleep 1000") with { CheckpointPath = place });
        var before = await Eventually.Get("checkpoint", () => bench.Report() is { Checkpointed: not null } report ? report : null);

        bench.Restart();

        Assert.Equal(before.Checkpointed, Assert.Single(bench.Adopted).Checkpointed);
    }

    [Fact]
    public async Task The_end_has_what_was_saved_on_the_way_out()
    {
        using var bench = new RuntimeBench(options => options with { CheckpointLook = TimeSpan.FromHours(1) });
        bench.Runtime.Start(RuntimeBench.Shell("trap 'echo 1 > state; exit 0' TERM; echo up; while :; do sleep 0.05; done") with { CheckpointPath = "state" });
        await bench.Line();
        var running = await bench.Running();

        bench.Runtime.Stop(new("t", 1), null);
        var ended = await bench.Ended();
        bench.Restart();

        Assert.Null(running.Checkpointed);
        Assert.Equal(File.GetLastWriteTimeUtc(bench.File("work/state")), ended.Checkpointed!.Value.UtcDateTime);
        Assert.Equal(ended.Checkpointed, Assert.Single(bench.Adopted).Checkpointed);
    }

    [Fact]
    public async Task A_relative_path_is_below_the_working_directory()
    {
        using var bench = new RuntimeBench(options => options with { CheckpointLook = Look });
        var work = Directory.CreateDirectory(Path.Combine(bench.Root, "elsewhere", "7")).FullName;
        var task = RuntimeBench.Shell("echo 1 > state; sleep 1000") with { CheckpointPath = "state", Env = new Dictionary<string, string> { ["RANK"] = "7" } };
        var process = task.Template.Run.Process! with { WorkingDirectory = Path.Combine(bench.Root, "elsewhere", "$(RANK)") };
        bench.Runtime.Start(task with { Template = task.Template with { Run = new() { Process = process } } });

        var saved = await Eventually.Get("checkpoint", () => bench.Report() is { Checkpointed: not null } report ? report : null);

        Assert.Equal(File.GetLastWriteTimeUtc(Path.Combine(work, "state")), saved.Checkpointed!.Value.UtcDateTime);
    }

    /// <summary>Waits until looks that began after this call are over, and what they found is reported.</summary>
    private static async Task Looks(RuntimeBench bench)
    {
        for (var polls = 0; polls < 20; polls++)
        {
            bench.Report();
            await Task.Delay(Look / 4, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
