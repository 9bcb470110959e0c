using Datahall.Fleet.Logs;

namespace Datahall.Fleet.Tests.Logs;

public sealed class KernelLogTests
{
    [Fact]
    public async Task Open_gives_records_as_lines_and_leaves_what_is_none()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("kmsg"), "6,1,1500000,-;first\n SUBSYSTEM=pci\n DEVICE=+pci:0\nrubbish\n3,2,61000000,-,caller=T1;second; with more\n6,3,62000000,-;not yet who");

        Assert.Equal("1970-01-01T00:00:01.500Z first\n1970-01-01T00:01:01.000Z second; with more\n", await ReadAsync(directory.File("kmsg"), tail: -1));
        Assert.Equal("1970-01-01T00:01:01.000Z second; with more\n", await ReadAsync(directory.File("kmsg"), tail: 1));
        Assert.Equal("", await ReadAsync(directory.File("kmsg"), tail: 0));
    }

    [Fact]
    public async Task Open_goes_on_with_what_comes_until_nobody_wants_it()
    {
        using var directory = new TemporaryDirectory();
        using var wanted = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        File.WriteAllText(directory.File("kmsg"), "6,1,0,-;old\n");
        await using var log = new KernelLog(directory.File("kmsg"), TimeProvider.System).Open(new("1", LogRequest.Kernel, 0, "all", 1, Follow: true), wanted.Token);
        using var reader = new StreamReader(log);

        Assert.EndsWith(" old", await reader.ReadLineAsync(wanted.Token), StringComparison.Ordinal);
        File.AppendAllText(directory.File("kmsg"), "6,2,0,-;new\n");
        Assert.EndsWith(" new", await reader.ReadLineAsync(wanted.Token), StringComparison.Ordinal);

        await wanted.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask());
    }

    [Fact]
    public void Fault_says_why_a_log_cannot_be_read()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.File("kmsg"), "");

        Assert.Null(new KernelLog(directory.File("kmsg"), TimeProvider.System).Fault());
        Assert.Contains("(/nowhere/kmsg: No such file or directory): the agent needs", new KernelLog("/nowhere/kmsg", TimeProvider.System).Fault(), StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(string path, int tail)
    {
        await using var log = new KernelLog(path, new ManualTime()).Open(new("1", LogRequest.Kernel, 0, "all", tail, Follow: false), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
