namespace Datahall.Fleet.Tests.Runtimes;

public sealed class MembersTests
{
    // It prints the list whenever it is another one, as an elastic trainer would look at it.
    private const string Poller = "last=; while :; do now=$(paste -sd, \"$DATAHALL_MEMBERS_FILE\"); [ \"$now\" = \"$last\" ] || echo \"$now\"; last=$now; sleep 0.02; done";

    [Fact]
    public async Task The_task_finds_its_members_and_their_changes_in_the_file()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Shell(Poller) with { Members = ["n1:20000", "n2:20000"] });
        var first = await bench.Line();
        var pid = (await bench.Running()).Pid;

        bench.Runtime.SetMembers(new("t", 1), ["n1:20000"]);
        var second = await bench.Line(1);
        bench.Runtime.SetMembers(new("t", 1), ["n1:20000", "n3:20001", "n2:20000"]);
        var third = await bench.Line(2);

        Assert.Equal(["n1:20000,n2:20000", "n1:20000", "n1:20000,n3:20001,n2:20000"], [first, second, third]);
        Assert.Equal(pid, (await bench.Running()).Pid);
    }

    [Fact]
    public async Task SetMembers_changes_the_file_of_an_attempt_of_before()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Shell(Poller) with { Members = ["n1:20000", "n2:20000"] });
        await bench.Line();

        bench.Restart();
        bench.Runtime.SetMembers(new("t", 1), ["n2:20000"]);

        Assert.Equal("n2:20000", await bench.Line(1));
    }

    [Fact]
    public async Task SetMembers_leaves_a_file_alone_that_says_so_already()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Shell("sleep 1000") with { Members = ["n1:20000"] });
        await bench.Running();
        File.SetLastWriteTimeUtc(bench.File("members"), DateTime.UnixEpoch);

        bench.Runtime.SetMembers(new("t", 1), ["n1:20000"]);

        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(bench.File("members")));
    }

    [Fact]
    public async Task SetMembers_tries_again_when_the_disk_did_not_take_it()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Shell("sleep 1000") with { Members = ["n1:20000"] });
        await bench.Running();
        Directory.CreateDirectory(bench.File("members.new")); // In the way of the new file.

        bench.Runtime.SetMembers(new("t", 1), ["n2:20000"]);
        var stuck = File.ReadAllText(bench.File("members"));
        Directory.Delete(bench.File("members.new"));
        bench.Report();

        Assert.Equal(["n1:20000\n", "n2:20000\n"], [stuck, File.ReadAllText(bench.File("members"))]);
    }

    [Fact]
    public async Task A_task_that_is_not_elastic_has_no_such_file()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Shell("echo \"[$DATAHALL_MEMBERS_FILE]\""));
        await bench.Ended();

        Assert.Equal("[]\n", bench.Output());
        Assert.False(File.Exists(bench.File("members")));
    }

    [Fact]
    public async Task The_file_can_be_named_in_the_command()
    {
        using var bench = new RuntimeBench();
        bench.Runtime.Start(RuntimeBench.Command("t", 1, "cat", "$(DATAHALL_MEMBERS_FILE)") with { Members = ["n1:20000"] });
        await bench.Ended();

        Assert.Equal("n1:20000\n", bench.Output());
    }
}
