using System.Diagnostics;
using System.Globalization;

namespace Datahall.Learning.Tests.Training;

/// <summary>The real program with data that are several times what its heap may hold.</summary>
public sealed class StreamingTests : IDisposable
{
    private const int Heap = 64 << 20;
    private const int DataLength = 192 << 20;

    private readonly TestFolder folder = new();
    private readonly string[] words = [.. Enumerable.Range(0, 500).Select(static i => string.Concat(Enumerable.Range(0, 200).Select(k => (char)('a' + ((i * 7) + (k * k * (i + 3))) % 26))))];

    public void Dispose() => folder.Dispose();

    // A word of 200 letters is one piece: much to hold in memory, and little to compute.
    private string Write(string name, int length, Func<Random, string> row)
    {
        var path = folder.File(name);
        using var file = new StreamWriter(path);
        var random = new Random(1);
        for (var written = 0; written < length;)
        {
            var text = row(random);
            written += text.Length;
            file.Write(text);
        }

        return path;
    }

    private string Sentences(string name, int length) => Write($"{name}.conll", length, random =>
        $"Anna B-PER\nlives O\n{string.Concat(Enumerable.Range(0, 20).Select(_ => $"{words[random.Next(words.Length)]} {(random.Next(9) == 0 ? "B-LOC" : "O")}\n"))}\n");

    private string Texts(string name, int length) => Write($"{name}.txt", length, random => string.Join(' ', Enumerable.Range(0, 60).Select(_ => words[random.Next(words.Length)])) + "\n");

    private async Task<string> Run(string? shell, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "datahall-learn");
        var start = shell is null ? new ProcessStartInfo(program, arguments) : new ProcessStartInfo("/bin/sh", ["-c", $"{shell}; exec \"$0\" \"$@\"", program, .. arguments]);
        (start.RedirectStandardError, start.RedirectStandardOutput) = (true, true);
        start.Environment["DOTNET_GCHeapHardLimit"] = Heap.ToString("x", CultureInfo.InvariantCulture);
        start.Environment["TMPDIR"] = folder.Path;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == (shell is null ? 0 : 1), $"exit code {process.ExitCode}: {await output}{await errors}");
        return await output + await errors;
    }

    private string Settings(string task, string data, string dev) => folder.Write("settings.yaml", $$"""
        task: {{task}}
        output: {{folder.File("run")}}
        data: { train: [{{data}}], dev: [{{dev}}] }
        model: { new: { layers: 1, hidden: 16, heads: 2, feedForward: 32, vocabulary: 400, positions: 32 }{{(task == "ner" ? ", crf: true, characters: true" : "")}} }
        training: { epochs: 0.01, tokensPerBatch: 1024, threads: 1 }
        tracking: { tensorboard: false }
        """);

    [Theory]
    [InlineData("ner", "\"macro\"")]
    [InlineData("mlm", "\"perplexity\"")]
    public async Task Data_larger_than_the_heap_are_learned_from_and_judged_by(string task, string figure)
    {
        var (data, dev) = task == "ner" ? (Sentences("data", DataLength), Sentences("dev", 1)) : (Texts("data", DataLength), Texts("dev", 1));

        await Run(null, "train", "--config", Settings(task, data, dev));
        var report = await Run(null, "evaluate", "--model", folder.File("run", "model"), "--data", data, "-o", "json");

        Assert.Contains(figure, report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_has_no_room_for_the_rows_is_named()
    {
        var data = Sentences("data", 20 << 20);

        // A file may have 16 MiB here; without the trap the signal that comes with more would end the program.
        var problem = await Run("trap '' XFSZ; ulimit -f 32768", "train", "--config", Settings("ner", data, data));

        Assert.Contains($"{folder.File("run")}: rows that were read cannot be kept there", problem, StringComparison.Ordinal);
    }
}
