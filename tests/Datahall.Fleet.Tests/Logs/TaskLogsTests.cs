using System.Text;
using Datahall.Fleet.Logs;
using Datahall.Fleet.Tests.Runtimes;

namespace Datahall.Fleet.Tests.Logs;

public sealed class TaskLogsTests
{
    [Theory]
    [InlineData(-1, "1\n2\n3\n4\n5\n6\n7")]
    [InlineData(0, "")]
    [InlineData(1, "7")]
    [InlineData(2, "6\n7")]
    [InlineData(4, "4\n5\n6\n7")]
    [InlineData(6, "2\n3\n4\n5\n6\n7")]
    [InlineData(99, "1\n2\n3\n4\n5\n6\n7")]
    public async Task CopyAsync_gives_the_last_lines_across_rotated_files(int tail, string expected)
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("tasks/t/3"));
        File.WriteAllText(directory.File("tasks/t/3/stdout.log.2"), "1\n2\n");
        File.WriteAllText(directory.File("tasks/t/3/stdout.log.1"), "3\n4\n5"); // Cut in the middle of the end of a line.
        File.WriteAllText(directory.File("tasks/t/3/stdout.log"), "\n6\n7\n");

        var text = await Read(directory.Path, new("", "t", 0, "stdout", tail, Follow: false));

        Assert.Equal(expected.Length == 0 ? "" : expected + "\n", text);
    }

    [Theory]
    [InlineData("../t")]
    [InlineData("..")]
    [InlineData("absent")]
    [InlineData("")]
    public async Task CopyAsync_finds_no_log_outside_the_tasks(string task)
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("tasks/t/3"));

        var found = await new TaskLogs(directory.Path, TimeProvider.System)
            .CopyAsync(new("", task, 0, "all", -1, Follow: false), Stream.Null, TestContext.Current.CancellationToken);

        Assert.False(found);
    }

    [Fact]
    public async Task CopyAsync_follows_through_rotation_until_the_attempt_ends()
    {
        using var bench = new RuntimeBench(options => options with { LogBytes = 2000, LogFiles = 2 });
        bench.Runtime.Start(RuntimeBench.Shell("i=0; while [ $i -lt 120 ]; do i=$((i+1)); echo line $i of a log that is rotated while somebody follows it; sleep 0.02; done"));
        await bench.Running();

        var following = Read(bench.Root, new("", "t", 1, "all", -1, Follow: true));
        await bench.Ended();
        var text = await Eventually.Ends("following of the log", following);

        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Enumerable.Range(1, 120).Select(i => $"line {i} of a log that is rotated while somebody follows it"), lines);
        Assert.True(File.Exists(bench.File("stdout.log.1")), "nothing was rotated");
        Assert.False(File.Exists(bench.File("stdout.log.3")), "more files are kept than wanted");
    }

    [Fact]
    public async Task Open_streams_what_CopyAsync_copies()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.File("tasks/t/3"));
        File.WriteAllText(directory.File("tasks/t/3/stderr.log"), "oh\n");

        await using var stream = new TaskLogs(directory.Path, TimeProvider.System).Open(new("", "t", 3, "all", -1, false), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        Assert.Equal("oh\n", await Eventually.Ends("stream", reader.ReadToEndAsync(TestContext.Current.CancellationToken)));
    }

    private static async Task<string> Read(string directory, LogRequest request)
    {
        using var destination = new MemoryStream();
        Assert.True(await new TaskLogs(directory, TimeProvider.System).CopyAsync(request, destination, TestContext.Current.CancellationToken));
        return Encoding.UTF8.GetString(destination.ToArray());
    }
}
