using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Tests.Export;
using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tests.Pipelines;

/// <summary>Writes whole folders: a model with random weights, its tokenizer and its ONNX file.</summary>
internal static class PipelineFolder
{
    /// <summary>Letters and what follows them, so that each word is as many pieces as letters.</summary>
    public static readonly IReadOnlyList<string> Vocabulary =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. "abcdefgh.,中".Select(letter => letter.ToString()), .. "abcdefgh".Select(letter => $"##{letter}")];

    public static ModelConfig Config => ExportedModels.Config(EncoderLayout.Bert) with { VocabularySize = Vocabulary.Count };

    /// <summary>Saves a model with its tokenizer and exports it.</summary>
    public static void Write(string folder, EncoderModel model, int seed, OnnxPrecision precision = OnnxPrecision.Float32)
    {
        ExportedModels.Disturb(model, seed);
        ExportedModels.DisturbSurface(model, seed);
        ModelFolder.Save(folder, model);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), Vocabulary);
        OnnxExport.Write(folder, precision);
    }

    public static ITokenizer Tokenizer(string folder) => TokenizerFolder.Load(folder);

    /// <summary>Sentences of random words.</summary>
    public static List<IReadOnlyList<string>> Sentences(Random random, int count, int mostWords) =>
        [.. Enumerable.Range(0, count).Select(_ => (IReadOnlyList<string>)[.. Enumerable.Range(0, random.Next(1, mostWords + 1)).Select(_ => Word(random))])];

    private static string Word(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => (char)('a' + random.Next(8))));
}
