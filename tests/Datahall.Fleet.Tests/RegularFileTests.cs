using System.Diagnostics;
using System.Text;
using Datahall.Fleet.Logs;
using Datahall.Fleet.Runtimes;

namespace Datahall.Fleet.Tests;

public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    [Fact]
    public void TryOpen_reads_files_over_links_and_nothing_else()
    {
        File.WriteAllText(directory.File("file"), "hello");
        File.CreateSymbolicLink(directory.File("link"), directory.File("file"));
        using var link = RegularFile.TryOpen(directory.File("link"));
        using var reader = new StreamReader(link!);

        Assert.Equal("hello", reader.ReadToEnd());
        Assert.Null(RegularFile.TryOpen(directory.File("none")));
        Assert.Null(RegularFile.TryOpen(directory.File("file/none")));
        Assert.Null(RegularFile.TryOpen(directory.Path));
        Assert.Null(RegularFile.TryOpen("/dev/null"));
        Assert.True(RegularFile.Is(directory.File("link")));
        Assert.False(RegularFile.Is("/dev/null"));
    }

    [Fact]
    public async Task TryFind_refuses_a_pipe_in_place_of_a_program()
    {
        await Pipe("program");

        var (found, message) = await Quickly("look for the program", () => (ProgramLookup.TryFind(directory.File("program"), "", "/", out var said), said));

        Assert.False(found);
        Assert.Contains("is a pipe, a socket or a device", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stdout.log")]
    [InlineData("stdout.log.1")]
    public async Task CopyAsync_skips_a_pipe_in_place_of_a_log(string name)
    {
        Directory.CreateDirectory(directory.File("tasks/t/3"));
        File.WriteAllText(directory.File("tasks/t/3/stderr.log"), "oh\n");
        await Pipe($"tasks/t/3/{name}");

        var text = await Quickly("copy of the log", () =>
        {
            using var destination = new MemoryStream();
            new TaskLogs(directory.Path, TimeProvider.System)
                .CopyAsync(new("", "t", 0, "all", -1, Follow: false), destination, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
            return Encoding.UTF8.GetString(destination.ToArray());
        });

        Assert.Equal("oh\n", text);
    }

    [Fact]
    public async Task RotateIfLarge_replaces_a_pipe_in_the_place_of_the_rotated_file()
    {
        File.WriteAllText(directory.File("log"), "0123456789");
        await Pipe("log.1");

        await Quickly("rotation", () => { LogRotation.RotateIfLarge(directory.File("log"), 5, 1); return 0; });

        Assert.Equal("0123456789", File.ReadAllText(directory.File("log.1")));
    }

    [Fact]
    public async Task An_attempt_whose_files_are_pipes_holds_up_nobody()
    {
        Directory.CreateDirectory(directory.File("tasks/t/3"));
        await Pipe("tasks/t/3/exit");

        var status = await Quickly("look at the exit file", () => new AttemptDirectory(directory.File("tasks"), new("t", 3)).ExitStatus);

        Assert.Null(status);
    }

    public void Dispose() => directory.Dispose();

    private static Task<T> Quickly<T>(string what, Func<T> work) => Eventually.Ends(what, Task.Run(work, TestContext.Current.CancellationToken));

    private async Task Pipe(string name)
    {
        using var mkfifo = Process.Start("mkfifo", [directory.File(name)]);
        await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
