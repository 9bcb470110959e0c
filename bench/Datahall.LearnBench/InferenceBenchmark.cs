using System.Diagnostics;
using System.Globalization;
using Datahall.Learning.Export;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using TorchSharp;

namespace Datahall.LearnBench;

/// <summary>
/// Sentences a second of an exported token classifier with random weights on ONNX Runtime: padded to 128 in batches of 16, in batches of
/// like lengths, and one by one. Tokenizing is not part of it. A sentence a processor second counts the time that the process had, so that
/// it says something on a machine that others use too.
/// </summary>
internal static class InferenceBenchmark
{
    private const int Seed = 1;

    public static int Run(IReadOnlyList<string> arguments)
    {
        var (shape, precision) = (arguments[0], Enum.Parse<OnnxPrecision>(arguments[1], ignoreCase: true));
        var (threads, seconds) = (int.Parse(arguments[2], CultureInfo.InvariantCulture), double.Parse(arguments[3], CultureInfo.InvariantCulture));
        var folder = Folder(shape);
        using var session = new OnnxSession(OnnxExport.Write(folder, precision), threads);
        var lengths = Lengths(arguments.Count > 4 ? arguments[4] : null);
        Console.WriteLine($"{shape} {precision} threads {threads}: {lengths.Count} sentences, mean {lengths.Average():F1} pieces");
        IReadOnlyList<int[]> padded = [.. Enumerable.Repeat(Enumerable.Repeat(128, 16).ToArray(), 2)];
        using (var model = new TokenClassifier(RandomModel.Config(shape), new Random(Seed)))
        {
            torch.set_num_threads(threads);
            ModelFolder.Load(folder, model, LoadRule.Everything);
            Report("TorchSharp float32, padded to 128", padded, batch => RunTorch(model, batch), seconds);
            Report("TorchSharp float32, like lengths", [.. lengths.Order().Chunk(32)], batch => RunTorch(model, batch), seconds);
        }

        Report("padded to 128, batch 16", padded, batch => session.Run(batch), seconds);
        foreach (var batch in (ReadOnlySpan<int>)[16, 32, 64])
        {
            Report($"like lengths, batch {batch}", [.. lengths.Order().Chunk(batch)], input => session.Run(input), seconds);
        }

        foreach (var tokens in (ReadOnlySpan<int>)[512, 1024, 2048])
        {
            Report($"like lengths, {tokens} pieces", Budget([.. lengths.Order()], tokens), batch => session.Run(batch), seconds);
        }

        Latency(lengths, session, seconds);
        return 0;
    }

    /// <summary>How far the int8 export of a model is from its float32 export.</summary>
    public static int Difference(IReadOnlyList<string> arguments)
    {
        var folder = Folder(arguments[0]);
        using var precise = new OnnxSession(OnnxExport.Write(folder, OnnxPrecision.Float32), threads: 1);
        using var integers = new OnnxSession(OnnxExport.Write(folder, OnnxPrecision.Int8), threads: 1);
        var batch = Batch([.. Enumerable.Repeat(24, 16)]);
        var difference = ExportDifference.Of(precise.Run(batch), integers.Run(batch));
        Console.WriteLine($"{arguments[0]}: int8 differs from float32 by {difference.RootMeanSquare:P2} (root mean square), {difference.Largest:P2} (largest)");
        return 0;
    }

    private static string Folder(string shape)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"datahall-learnbench-{shape}");
        if (!File.Exists(Path.Combine(folder, "model.safetensors")))
        {
            RandomModel.Write(folder, RandomModel.Config(shape), new Random(Seed));
        }

        return folder;
    }

    private static void Report(string name, IReadOnlyList<int[]> batches, Func<PieceBatch, float[]> run, double seconds)
    {
        var inputs = batches.Select(lengths => Batch(lengths)).ToList();
        var sentences = batches.Sum(batch => batch.Length);
        run(inputs[^1]);
        var (best, bestProcessor) = (double.MaxValue, double.MaxValue);
        var all = Stopwatch.StartNew();
        do
        {
            var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            inputs.ForEach(input => run(input));
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
            bestProcessor = Math.Min(bestProcessor, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
        while (all.Elapsed.TotalSeconds < seconds);

        var padding = 1 - (batches.Sum(batch => (double)batch.Sum()) / inputs.Sum(input => (double)input.Rows * input.Length));
        Console.WriteLine($"  {name,-34} {sentences / best,9:F1} sentences/s, {sentences / bestProcessor,9:F1} a processor second, {padding:P1} padding");
    }

    private static float[] RunTorch(TokenClassifier model, PieceBatch batch)
    {
        using var scope = torch.NewDisposeScope();
        using var quiet = torch.no_grad();
        var rows = Enumerable.Range(0, batch.Rows).Select(row => Row(batch, row)).ToList();
        using var tokens = TokenBatch.From(rows, 0);
        using var words = WordSelection.From(tokens, [.. rows.Select(row => (IReadOnlyList<int>)[.. Enumerable.Range(0, row.Length)])]);
        return [.. model.Forward(tokens, words, ForwardMode.Evaluation).data<float>()];
    }

    private static int[] Row(PieceBatch batch, int row)
    {
        var length = (int)batch.Mask.AsSpan(row * batch.Length, batch.Length).Count(1L);
        return [.. batch.Ids.AsSpan(row * batch.Length, length).ToArray().Select(id => (int)id)];
    }

    private static void Latency(IReadOnlyList<int> lengths, OnnxSession session, double seconds)
    {
        var random = new Random(Seed);
        var inputs = lengths.OrderBy(_ => random.Next()).Take(500).Select(length => Batch([length])).ToList();
        var times = new List<double>();
        inputs.Take(20).ToList().ForEach(input => session.Run(input));
        var all = Stopwatch.StartNew();
        foreach (var input in inputs)
        {
            var watch = Stopwatch.StartNew();
            session.Run(input);
            times.Add(watch.Elapsed.TotalMilliseconds);
            if (all.Elapsed.TotalSeconds > seconds)
            {
                break;
            }
        }

        times.Sort();
        Console.WriteLine($"  one by one: p50 {times[times.Count / 2]:F2} ms, p99 {times[times.Count * 99 / 100]:F2} ms ({times.Count} sentences)");
    }

    internal static List<int[]> Budget(IReadOnlyList<int> ordered, int tokens)
    {
        var batches = new List<int[]>();
        for (var i = 0; i < ordered.Count;)
        {
            var count = 1;
            while (i + count < ordered.Count && (count + 1) * ordered[i + count] <= tokens)
            {
                count++;
            }

            batches.Add([.. ordered.Skip(i).Take(count)]);
            i += count;
        }

        return batches;
    }

    private static PieceBatch Batch(IReadOnlyList<int> lengths)
    {
        var random = new Random(Seed);
        return PieceBatch.Of([.. lengths.Select(length => new PieceRow([.. Enumerable.Range(0, length).Select(_ => random.Next(1, 8_000))]))], 0);
    }

    /// <summary>Pieces of each sentence: of a CoNLL file a piece for each five letters of a word and two more, else drawn with such a mean.</summary>
    internal static List<int> Lengths(string? file)
    {
        if (file is null)
        {
            var random = new Random(Seed);
            return [.. Enumerable.Range(0, 320).Select(_ => 4 + (int)(random.NextDouble() * random.NextDouble() * 76))];
        }

        var lengths = new List<int>();
        var pieces = 0;
        foreach (var line in File.ReadLines(file).Append(""))
        {
            if (line.Length == 0 || line.StartsWith("-DOCSTART-", StringComparison.Ordinal))
            {
                lengths.AddRange(pieces > 0 ? [pieces + 2] : []);
                pieces = 0;
            }
            else
            {
                pieces += (line.IndexOf(' ', StringComparison.Ordinal) + 4) / 5;
            }
        }

        return lengths;
    }
}
