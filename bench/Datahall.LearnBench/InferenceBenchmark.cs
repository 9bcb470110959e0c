using System.Diagnostics;
using System.Globalization;
using Datahall.Learning.Export;
using Datahall.Learning.Pipelines;

namespace Datahall.LearnBench;

/// <summary>
/// Sentences a second of an exported token classifier with random weights on ONNX Runtime: padded to 128 in batches of 16, in batches of
/// like lengths, and one by one.
/// </summary>
internal static class InferenceBenchmark
{
    private const int Seed = 1;

    public static int Run(IReadOnlyList<string> arguments)
    {
        var (shape, precision) = (arguments[0], Enum.Parse<OnnxPrecision>(arguments[1], ignoreCase: true));
        var (threads, seconds) = (int.Parse(arguments[2], CultureInfo.InvariantCulture), double.Parse(arguments[3], CultureInfo.InvariantCulture));
        var folder = Path.Combine(Path.GetTempPath(), $"datahall-learnbench-{shape}");
        if (!File.Exists(Path.Combine(folder, "model.safetensors")))
        {
            RandomModel.Write(folder, RandomModel.Config(shape), new Random(Seed));
        }

        using var session = new OnnxSession(OnnxExport.Write(folder, precision), threads);
        var lengths = Lengths(arguments.Count > 4 ? arguments[4] : null);
        Console.WriteLine($"{shape} {precision} threads {threads}: {lengths.Count} sentences, mean {lengths.Average():F1} pieces");
        Report("padded to 128, batch 16", [.. Enumerable.Repeat(Enumerable.Repeat(128, 16).ToArray(), 4)], session, seconds);
        foreach (var batch in (ReadOnlySpan<int>)[16, 32, 64])
        {
            Report($"like lengths, batch {batch}", [.. lengths.Order().Chunk(batch)], session, seconds);
        }

        foreach (var tokens in (ReadOnlySpan<int>)[512, 1024, 2048])
        {
            Report($"like lengths, {tokens} pieces", Budget([.. lengths.Order()], tokens), session, seconds);
        }

        Latency(lengths, session, seconds);
        return 0;
    }

    private static void Report(string name, IReadOnlyList<int[]> batches, OnnxSession session, double seconds)
    {
        var inputs = batches.Select(lengths => Batch(lengths)).ToList();
        var sentences = batches.Sum(batch => batch.Length);
        session.Run(inputs[^1]);
        var best = double.MaxValue;
        var all = Stopwatch.StartNew();
        do
        {
            var watch = Stopwatch.StartNew();
            inputs.ForEach(input => session.Run(input));
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }
        while (all.Elapsed.TotalSeconds < seconds);

        var padding = 1 - (batches.Sum(batch => (double)batch.Sum()) / inputs.Sum(input => (double)input.Rows * input.Length));
        Console.WriteLine($"  {name,-28} {sentences / best,9:F1} sentences/s, {padding:P1} padding");
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
        return PieceBatch.Of([.. lengths.Select(length => new PieceRow([.. Enumerable.Range(0, length).Select(_ => random.Next(1, 28_996))]))], 0);
    }

    /// <summary>Pieces of each sentence: of a CoNLL file a piece for each five letters of a word and two more, else drawn with such a mean.</summary>
    internal static IReadOnlyList<int> Lengths(string? file)
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
