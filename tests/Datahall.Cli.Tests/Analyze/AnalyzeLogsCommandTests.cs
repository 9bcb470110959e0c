using System.Globalization;
using System.Text;
using System.Text.Json;
using Datahall.Cli.Analyze;

namespace Datahall.Cli.Tests.Analyze;

public sealed class AnalyzeLogsCommandTests : IDisposable
{
    private readonly TestDirectory directory = new();

    [Fact]
    public async Task A_log_is_told_in_a_table()
    {
        var log = Write("train.log", [.. Enumerable.Range(0, 30).Select(static i => $"2026-01-01 10:00:{i:00} INFO step {i} done"), "2026-01-01 10:01:00 ERROR CUDA out of memory. Tried to allocate 2 GiB"]);

        var run = await CliRun.OfAsync("analyze-logs", log, "--format", "<Date> <Time> <Level> <Content>");

        Assert.Equal(0, run.Exit);
        Assert.Contains("31 lines, 2 templates", run.Out, StringComparison.Ordinal);
        Assert.Contains("warning  GPU memory is used up (gpu-out-of-memory)", run.Out, StringComparison.Ordinal);
        Assert.Contains("retry:   helps only after something was changed", run.Out, StringComparison.Ordinal);
        Assert.Contains("step <*> done", run.Out, StringComparison.Ordinal);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task The_assignments_have_the_final_template_of_each_line()
    {
        var log = Write("a.log", "queue alpha was drained", "other 1", "queue beta was drained", "queue gamma was drained", "queue delta was drained", "other 2");
        var assignments = Path.Combine(directory.Path, "out.csv");

        var run = await CliRun.OfAsync("analyze-logs", log, "--assignments", assignments, "-o", "json");

        Assert.Equal(0, run.Exit);
        Assert.Equal(["LineId,EventId", "1,E1", "2,E2", "3,E1", "4,E1", "5,E1", "6,E2"], await File.ReadAllLinesAsync(assignments, TestContext.Current.CancellationToken));
        Assert.Equal([assignments], Directory.GetFiles(directory.Path, "out.csv*"));
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal(["E1:queue <*> was drained:4", "E2:other <*>:2"], json.RootElement.GetProperty("templates").EnumerateArray()
            .Select(static template => $"{template.GetProperty("id").GetString()}:{template.GetProperty("text").GetString()}:{template.GetProperty("lines").GetInt64()}"));
    }

    [Theory]
    [InlineData("same")]
    [InlineData("symbolic")]
    [InlineData("hard")]
    [InlineData("directory")]
    public async Task A_log_is_not_written_over_by_its_assignments(string way)
    {
        var log = Write("a.log", "line 1", "line 2");
        var assignments = way is "same" ? log : Path.Combine(directory.Path, "other", "a.log");
        if (way is "directory")
        {
            Directory.CreateSymbolicLink(Path.Combine(directory.Path, "other"), directory.Path);
        }
        else if (way is not "same")
        {
            Directory.CreateDirectory(Path.Combine(directory.Path, "other"));
            await LinkAsync(log, assignments, way is "hard" ? [] : ["-s"]);
        }

        var run = await CliRun.OfAsync("analyze-logs", log, "--assignments", assignments);

        Assert.Equal(2, run.Exit);
        Assert.Contains("is the log itself", run.Error, StringComparison.Ordinal);
        Assert.Equal(["line 1", "line 2"], await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Files_beside_the_assignments_stay_and_what_they_had_goes()
    {
        var log = Write("a.log", "line 1");
        var assignments = Write("out.csv", [.. Enumerable.Repeat("what was there before", 100)]);
        var mine = Write("out.csv.part", "mine");

        var run = await CliRun.OfAsync("analyze-logs", log, "--assignments", assignments);

        Assert.Equal(0, run.Exit);
        Assert.Equal("mine\n", await File.ReadAllTextAsync(mine, TestContext.Current.CancellationToken));
        Assert.Equal("LineId,EventId\n1,E1\n", await File.ReadAllTextAsync(assignments, TestContext.Current.CancellationToken));
        Assert.Equal(3, Directory.GetFileSystemEntries(directory.Path).Length);
    }

    [Fact]
    public void A_full_disk_is_told_as_one_of_the_assignments()
    {
        using var rows = new AssignmentFile("out.csv", new MemoryStream(), new FullDisk());
        using var end = new AssignmentFile("out.csv", new FullDisk(), new MemoryStream());
        end.Add(1, 1);

        Assert.Contains("assignments cannot be written to out.csv: full", Assert.Throws<CommandFailure>(() => rows.Add(1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("assignments cannot be written to out.csv: full", Assert.Throws<CommandFailure>(end.Finish).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_are_written_as_the_log_says_them()
    {
        var log = Write("a.log", [.. Enumerable.Repeat("2026-01-01 10:00:00 INFO usual", 20), "2026-01-01 10:01:00 INFO something else"]);

        var run = await CliRun.OfAsync("analyze-logs", log, "--format", "<Date> <Time> <Level> <Content>", "--learn", "10", "-o", "json");

        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal("2026-01-01T10:01:00", Assert.Single(json.RootElement.GetProperty("anomalies").EnumerateArray()).GetProperty("time").GetString());
    }

    [Fact]
    public async Task Grouping_by_the_command_is_that_of_the_library()
    {
        var log = SharedData.Find("logs/loghub/Linux/Linux_2k.log");
        var assignments = Path.Combine(directory.Path, "linux.csv");

        var run = await CliRun.OfAsync("analyze-logs", log, "--format", @"<Month> <Date> <Time> <Level> <Component>(\[<PID>\])?: <Content>", "--assignments", assignments);

        Assert.Equal(0, run.Exit);
        var lines = await File.ReadAllLinesAsync(assignments, TestContext.Current.CancellationToken);
        Assert.Equal(2_001, lines.Length);
        Assert.InRange(lines.Skip(1).Select(static line => line[line.IndexOf(',', StringComparison.Ordinal)..]).Distinct().Count(), 100, 125);
    }

    [Fact]
    public async Task Only_lines_that_are_looked_for_are_analysed()
    {
        var log = Write("a.log", "node n1 timeout", "node n2 ready", "link timeout retry");

        var run = await CliRun.OfAsync("analyze-logs", log, "--search", "timeout -retry");

        Assert.Contains("node n<*> timeout", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("ready", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("link", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hostile_log_is_borne_and_shown_safely()
    {
        const int seed = 42;
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        var binary = new byte[200_000];
        new Random(seed).NextBytes(binary);
        var log = Path.Combine(directory.Path, "hostile.log");
        await using (var file = File.Create(log))
        {
            file.Write(Encoding.UTF8.GetBytes(new string('x', 10_000_000) + "\n"));
            file.Write("\u001b]0;owned\u0007\u001b[2J No space left on device \u202e<script>alert(1)</script>\n"u8);
            file.Write(binary);
        }

        var run = await CliRun.OfAsync("analyze-logs", log);
        var json = await CliRun.OfAsync("analyze-logs", log, "-o", "json");

        Assert.Equal((0, 0), (run.Exit, json.Exit));
        Assert.Contains("The disk is full", run.Out, StringComparison.Ordinal);
        Assert.All([run.Out, json.Out], static text => Assert.DoesNotContain(text, static letter => (char.IsControl(letter) && letter is not '\n') || letter is '\u202e'));
        using var parsed = JsonDocument.Parse(json.Out);
        Assert.True(run.Out.Split('\n').All(static line => line.Length < 1_000));
    }

    [Fact]
    public async Task An_empty_log_is_told_as_such()
    {
        var run = await CliRun.OfAsync("analyze-logs", Write("empty.log"));

        Assert.Equal(0, run.Exit);
        Assert.Contains("0 lines, 0 templates", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "cannot be opened", "analyze-logs", "/no/such/file")]
    [InlineData(1, "is a directory", "analyze-logs", "/tmp")]
    [InlineData(2, "must end with <Content>", "analyze-logs", "/dev/null", "--format", "<Date> <Time>")]
    [InlineData(2, "not closed", "analyze-logs", "/dev/null", "--search", "\"x")]
    [InlineData(2, "--top is -1", "analyze-logs", "/dev/null", "--top", "-1")]
    [InlineData(1, "assignments cannot be written", "analyze-logs", "/dev/null", "--assignments", "/no/such/dir/x.csv")]
    public async Task What_is_wrong_is_said(int exit, string expected, params string[] arguments)
    {
        var run = await CliRun.OfAsync(arguments);

        Assert.Equal(exit, run.Exit);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();

    private static async Task LinkAsync(string existing, string name, string[] options)
    {
        using var link = System.Diagnostics.Process.Start("ln", [.. options, existing, name]);
        await link.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, link.ExitCode);
    }

    /// <summary>A file that takes nothing.</summary>
    private sealed class FullDisk : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("full");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("full");
    }

    private string Write(string name, params string[] lines)
    {
        var path = Path.Combine(directory.Path, name);
        File.WriteAllLines(path, lines);
        return path;
    }
}
