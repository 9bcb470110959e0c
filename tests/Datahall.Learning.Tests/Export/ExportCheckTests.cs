using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Surface;

namespace Datahall.Learning.Tests.Export;

public sealed class ExportCheckTests : IDisposable
{
    private const int Seed = 31;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Kinds => ["words", "surface", "text", "text surface", "pair", "vector"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Compare_finds_an_exported_model_right_and_one_of_other_weights_wrong(string kind)
    {
        Save(kind, Seed);
        OnnxExport.Write(folder.Path, OnnxPrecision.Float32);

        var same = ExportCheck.Compare(folder.Path, OnnxPrecision.Float32, new Random(Seed));
        Save(kind, Seed + 1);
        var other = ExportCheck.Compare(folder.Path, OnnxPrecision.Float32, new Random(Seed));

        Assert.InRange(same.Largest, 0, ExportDifference.Float32Bound);
        Assert.InRange(same.RootMeanSquare, 0, ExportDifference.Float32Bound);
        Assert.InRange(other.RootMeanSquare, 0.01, double.MaxValue);
    }

    private void Save(string kind, int seed)
    {
        var config = ExportedModels.Config(EncoderLayout.Bert);
        using EncoderModel model = kind switch
        {
            "words" => new TokenClassifier(config, new Random(seed)),
            "surface" => new TokenClassifier(config, new Random(seed), new TokenHeadOptions(Crf: true, new CharacterOptions("abc", 4, 3, 3, 5), Surface: true)),
            "text" => new SequenceClassifier(config, new Random(seed)),
            "text surface" => new SequenceClassifier(TextSurfaceLayer.Write(config), new Random(seed)),
            "pair" => new PairRanker(config, new Random(seed)),
            _ => new SentenceEmbedder(config, new Random(seed)),
        };
        ExportedModels.Disturb(model, seed);
        ExportedModels.DisturbSurface(model, seed);
        ModelFolder.Save(folder.Path, model);
    }
}
