using System.Diagnostics;
using System.Globalization;
using Datahall.Learning.Networks;
using Datahall.Learning.Training;
using static TorchSharp.torch;

namespace Datahall.LearnBench;

/// <summary>
/// Sentences a second through a token classifier with random weights: forward alone, and a whole step of training (dropout, backward, clipping,
/// AdamW). By the wall clock and by processor time; the latter tells more on a machine that others use too.
/// </summary>
internal static class EncoderBenchmark
{
    private const int Seed = 1;

    public static int Run(IReadOnlyList<string> arguments)
    {
        var (shape, precision) = (arguments[0], Enum.Parse<Precision>(arguments[1], ignoreCase: true));
        var (threads, seconds) = (int.Parse(arguments[2], CultureInfo.InvariantCulture), double.Parse(arguments[3], CultureInfo.InvariantCulture));
        using var model = new TokenClassifier(RandomModel.Config(shape), new Random(Seed));
        set_num_threads(threads);
        var lengths = InferenceBenchmark.Lengths(arguments.Count > 4 ? arguments[4] : null);
        Console.WriteLine(
            $"{shape} {precision} threads {threads}: {lengths.Count} sentences, mean {lengths.Average():F1} pieces"
            + (precision == Precision.BFloat16 && !PrecisionSupport.BFloat16IsFast ? " (this processor has no bfloat16 unit)" : ""));
        Report("padded to 128, batch 16", [[.. Enumerable.Repeat(128, 16)]], 128.0 / lengths.Average(), model, precision, seconds);
        Report("like lengths, 1024 pieces", InferenceBenchmark.Budget([.. lengths.Order()], 1024), 1, model, precision, seconds);
        return 0;
    }

    private static void Report(string name, IReadOnlyList<int[]> batches, double waste, TokenClassifier model, Precision precision, double seconds)
    {
        var random = new Random(Seed);
        int[][] shuffled = [.. batches.OrderBy(_ => random.Next())];
        var training = new ForwardMode(precision, new DropoutMasks(Seed));
        var forward = Measure(shuffled, seconds, (batch, words) =>
        {
            using var none = no_grad();
            model.Forward(batch, words, new(precision));
        });
        using var optimizer = new AdamW(model.Parameters.Items, static _ => 1, decay: 0.01, keepsZeros: false);
        var step = Measure(shuffled, seconds, (batch, words) =>
        {
            optimizer.Clear();
            model.Forward(batch, words, training).log_softmax(-1).select(1, 0).mean().neg().backward();
            optimizer.Clip(1);
            optimizer.Step(1e-4);
        });
        Console.WriteLine($"  {name,-26} forward {forward.Wall,7:F1}/s ({forward.Processor:F1}/processor s), training {step.Wall,7:F1}/s ({step.Processor:F1}/processor s)"
            + (waste > 1 ? $", {1 - (1 / waste):P0} padding" : ""));
    }

    private static (double Wall, double Processor) Measure(int[][] batches, double seconds, Action<TokenBatch, WordSelection> step)
    {
        var random = new Random(Seed);
        Run(batches[0]);
        var (wall, processor, sentences) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, 0);
        for (var i = 0; sentences == 0 || wall.Elapsed.TotalSeconds < seconds; i = (i + 1) % batches.Length)
        {
            Run(batches[i]);
            sentences += batches[i].Length;
        }

        return (sentences / wall.Elapsed.TotalSeconds, sentences / (Environment.CpuUsage.TotalTime - processor).TotalSeconds);

        void Run(int[] lengths)
        {
            using var scope = NewDisposeScope();
            using var batch = TokenBatch.From([.. lengths.Select(length => Enumerable.Range(0, length).Select(_ => random.Next(1, 8_000)).ToArray())], 0);
            using var words = WordSelection.From(batch, [.. lengths.Select(length => Enumerable.Range(1, length - 2).ToArray())]);
            step(batch, words);
        }
    }
}
