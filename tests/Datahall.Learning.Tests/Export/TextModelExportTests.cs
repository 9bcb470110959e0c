using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using TorchSharp;

namespace Datahall.Learning.Tests.Export;

public sealed class TextModelExportTests : IDisposable
{
    private const int Seed = 23;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(nameof(EncoderLayout.Bert))]
    [InlineData(nameof(EncoderLayout.Roberta))]
    [InlineData(nameof(EncoderLayout.DistilBert))]
    public void A_sequence_classifier_scores_as_TorchSharp_does(string layout)
    {
        using var model = new SequenceClassifier(ExportedModels.Config(Enum.Parse<EncoderLayout>(layout)), new Random(Seed));

        AssertSame(model, model.Forward, OnnxPrecision.Float32);
    }

    [Theory]
    [InlineData(nameof(EncoderLayout.Bert))]
    [InlineData(nameof(EncoderLayout.Roberta))]
    public void A_pair_ranker_scores_as_TorchSharp_does(string layout)
    {
        using var model = new PairRanker(ExportedModels.Config(Enum.Parse<EncoderLayout>(layout)), new Random(Seed));

        AssertSame(model, model.Forward, OnnxPrecision.Float32);
        Assert.Equal(ModelKind.PairRanking, OnnxExport.KindOf(ModelConfig.Load(folder.Path)));
    }

    [Theory]
    [InlineData(nameof(EncoderLayout.Bert), nameof(OnnxPrecision.Float32))]
    [InlineData(nameof(EncoderLayout.DistilBert), nameof(OnnxPrecision.Float32))]
    [InlineData(nameof(EncoderLayout.Bert), nameof(OnnxPrecision.Int8))]
    public void A_sentence_embedder_gives_the_vectors_that_TorchSharp_does(string layout, string precision)
    {
        var config = ExportedModels.Config(Enum.Parse<EncoderLayout>(layout));
        var kind = Enum.Parse<OnnxPrecision>(precision);
        using var model = new SentenceEmbedder(kind == OnnxPrecision.Int8 ? config with { InitializerRange = 0.05 } : config, new Random(Seed));

        AssertSame(model, model.Forward, kind);
    }

    [Fact]
    public void A_tensor_that_the_export_does_not_know_is_named()
    {
        using var model = new SentenceEmbedder(ExportedModels.Config(EncoderLayout.Bert), new Random(Seed));
        ModelFolder.Save(folder.Path, model);
        using (var file = SafetensorsFile.OpenFolder(folder.Path))
        {
            SafetensorsWriter.Write(folder.File("more.safetensors"), [.. file.Tensors.Values, StoredTensor.Float32("adapter.down", [1], [1f])]);
        }

        File.Move(folder.File("more.safetensors"), folder.File("model.safetensors"), overwrite: true);

        var exception = Assert.Throws<LearningException>(() => OnnxExport.Write(folder.Path, OnnxPrecision.Float32));

        Assert.Contains("does not use, such as adapter.down", exception.Message);
    }

    private void AssertSame(EncoderModel model, Func<TokenBatch, ForwardMode, torch.Tensor> forward, OnnxPrecision precision)
    {
        ExportedModels.Disturb(model, Seed);
        ModelFolder.Save(folder.Path, model);
        var rows = ExportedModels.Rows(Seed, 3, 21, 9, 1);
        var hasTypes = model.Config.TokenTypes > 1;
        var second = rows.Select(row => hasTypes ? row.Length / 2 : row.Length).ToList();
        using var batch = TokenBatch.From(rows, model.Config.PadId, hasTypes
            ? [.. rows.Select((row, i) => row.Select((_, at) => at < second[i] ? 0 : 1).ToArray())]
            : null);
        using var none = torch.no_grad();
        using var expected = forward(batch, ForwardMode.Evaluation);

        using var session = new OnnxSession(OnnxExport.Write(folder.Path, precision), threads: 1);

        var actual = session.Run(PieceBatch.Of([.. rows.Select((row, i) => new PieceRow(row, second[i]))], model.Config.PadId));
        if (precision == OnnxPrecision.Int8)
        {
            ExportedModels.AssertAlike(ExportedModels.Values(expected), actual, 0.05, $"seed {Seed}");
        }
        else
        {
            ExportedModels.AssertClose(ExportedModels.Values(expected), actual, 1e-4, $"seed {Seed}");
        }
    }
}
