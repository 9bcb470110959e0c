using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Surface;
using static TorchSharp.torch;

namespace Datahall.Learning.Export;

/// <summary>How far an exported model is from the one in TorchSharp.</summary>
/// <param name="Largest">The largest difference, as a part of the largest output.</param>
/// <param name="RootMeanSquare">The root mean square of the differences, as a part of that of the outputs.</param>
internal readonly record struct ExportDifference(double Largest, double RootMeanSquare)
{
    /// <summary>What a float32 export may differ by.</summary>
    public const double Float32Bound = 1e-4;

    public static ExportDifference Of(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        var (largest, worst, sum, error) = (0.0, 0.0, 0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = (double)actual[i] - expected[i];
            (largest, worst) = (Math.Max(largest, Math.Abs(expected[i])), Math.Max(worst, Math.Abs(difference)));
            (sum, error) = (sum + ((double)expected[i] * expected[i]), error + (difference * difference));
        }

        return new ExportDifference(worst / largest, Math.Sqrt(error / sum));
    }
}

/// <summary>Runs an exported model and the folder's own weights in TorchSharp on the same random pieces of several lengths.</summary>
internal static class ExportCheck
{
    private const int SurfaceWidth = 8;
    private static readonly int[] lengths = [24, 9, 16, 3];

    /// <summary>Compares them.</summary>
    /// <exception cref="LearningException">The folder's weights do not fit its config, or there is no exported model.</exception>
    public static ExportDifference Compare(string folder, OnnxPrecision precision, Random random)
    {
        var config = ModelConfig.Load(folder);
        int[][] rows = [.. lengths.Select(length => Ids(random, Math.Min(length, config.MaxLength), config.VocabularySize))];
        using var session = new OnnxSession(Path.Combine(folder, OnnxExport.FileName(precision)), threads: 1);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var batch = TokenBatch.From(rows, config.PadId);
        var pieces = PieceBatch.Of([.. rows.Select(row => new PieceRow(row))], config.PadId);
        if (OnnxExport.KindOf(config) == ModelKind.TokenClassification)
        {
            return CompareWords(folder, config, session, batch, pieces, random);
        }

        int[][]? surface = TextSurfaceLayer.IsIn(config) ? [.. rows.Select(row => Ids(random, row.Length, TextFeatures.Buckets))] : null;
        using var model = TextModel(config, surface, out var forward);
        ModelFolder.Load(folder, model, LoadRule.Everything);
        var seen = surface is null ? pieces : pieces with { Surface = WordFeatures.Pack(surface, TextFeatures.Buckets) };
        return ExportDifference.Of(Values(forward(batch, ForwardMode.Evaluation)), session.Run(seen));
    }

    private static ExportDifference CompareWords(
        string folder, ModelConfig config, OnnxSession session, TokenBatch batch, PieceBatch pieces, Random random)
    {
        using var model = new TokenClassifier(config, new Random(0));
        ModelFolder.Load(folder, model, LoadRule.Everything);
        var options = TokenHeadOptions.Read(config);
        int[][] firstPieces = [.. batch.Lengths.Select(length => Enumerable.Range(0, length).ToArray())];
        var words = batch.Lengths.Sum();
        var characters = options.Characters is { } shape
            ? Ids(random, words * shape.Longest, shape.Alphabet.Length + 2).Select(id => (long)id).ToArray()
            : [];
        int[][] surface = options.Surface ? [.. Enumerable.Range(0, words).Select(_ => Ids(random, SurfaceWidth, SurfaceFeatures.Buckets))] : [];
        using var selection = WordSelection.From(
            batch, firstPieces,
            characters.Length > 0 ? tensor(characters, [words, characters.Length / words]) : null,
            model.Surface is null ? null : SurfaceLayer.Encode(surface));
        var expected = Values(model.Forward(batch, selection, ForwardMode.Evaluation));
        if (session.SeesWords)
        {
            return ExportDifference.Of(expected, session.Run(pieces with
            {
                FirstPieces = [.. firstPieces.SelectMany((row, i) => row.Select(at => ((long)i * pieces.Length) + at))],
                Characters = characters,
                Surface = WordFeatures.Pack(surface),
            }));
        }

        var (output, labels) = (session.Run(pieces), config.Labels.Count);
        return ExportDifference.Of(expected, [.. batch.Lengths.SelectMany((length, i) =>
            output.AsSpan(i * pieces.Length * labels, length * labels).ToArray())]);
    }

    private static EncoderModel TextModel(ModelConfig config, int[][]? surface, out Func<TokenBatch, ForwardMode, Tensor> forward)
    {
        switch (OnnxExport.KindOf(config))
        {
            case ModelKind.SequenceClassification:
                var classifier = new SequenceClassifier(config, new Random(0));
                forward = (batch, mode) => classifier.Forward(batch, surface, mode);
                return classifier;
            case ModelKind.PairRanking:
                var ranker = new PairRanker(config, new Random(0));
                forward = ranker.Forward;
                return ranker;
            default:
                var embedder = new SentenceEmbedder(config, new Random(0));
                forward = embedder.Forward;
                return embedder;
        }
    }

    private static int[] Ids(Random random, int count, int below) => [.. Enumerable.Range(0, count).Select(_ => random.Next(Math.Min(1, below - 1), below))];

    private static float[] Values(Tensor tensor) => [.. tensor.contiguous().data<float>()];
}
