using System.Text.Json;
using System.Text.Json.Nodes;

namespace Datahall.Learning.Tokens;

/// <summary>Loads the tokenizer of a model folder as Hugging Face lays it out.</summary>
internal static class TokenizerFolder
{
    /// <summary>
    /// The tokenizer of a folder: from <c>tokenizer.json</c>, or <c>vocab.txt</c> (WordPiece), or <c>vocab.json</c> and <c>merges.txt</c>
    /// (byte-level BPE), with what <c>tokenizer_config.json</c> says beside them.
    /// </summary>
    /// <exception cref="LearningException">None of the files is there, or one cannot be read.</exception>
    public static ITokenizer Load(string folder)
    {
        var settings = TokenizerSettings.Read(Path.Combine(folder, "tokenizer_config.json"));
        var (whole, words, pairs, merges) = (At("tokenizer.json"), At("vocab.txt"), At("vocab.json"), At("merges.txt"));
        if (File.Exists(whole))
        {
            return TokenizerJson.Read(whole, settings);
        }

        if (File.Exists(words))
        {
            return new WordPieceTokenizer(new Vocabulary(ReadLines(words), words), settings.Normalization, settings.Names(SpecialNames.Bert));
        }

        if (File.Exists(pairs) && File.Exists(merges))
        {
            var vocabulary = Vocabulary.Of(ReadPairs(pairs), pairs);
            return new ByteLevelTokenizer(vocabulary, ReadMerges(merges), settings.ByteLevelNames(vocabulary), settings.PrefixSpace);
        }

        throw new LearningException(
            $"{folder} has no tokenizer: put tokenizer.json, vocab.txt, or vocab.json and merges.txt there");

        string At(string name) => Path.Combine(folder, name);
    }

    private static string[] ReadLines(string path)
    {
        var lines = File.ReadAllLines(path);
        return lines.Length > 0 ? lines : throw new LearningException($"{path} is empty; it needs one token a line");
    }

    private static Dictionary<string, int> ReadPairs(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(path)) ?? [];
        }
        catch (JsonException e)
        {
            throw new LearningException($"{path} is not an object of tokens with their ids: {e.Message}", e);
        }
    }

    private static string[] ReadMerges(string path)
    {
        var lines = File.ReadAllLines(path);
        for (var i = 0; i < lines.Length; i++)
        {
            if (!IsHeader(i) && lines[i].Length > 0 && lines[i].Count(c => c == ' ') != 1)
            {
                throw new LearningException($"{path}:{i + 1}: '{lines[i]}' is not a pair; a line has two pieces with one space between them");
            }
        }

        return [.. lines.Where((line, i) => !IsHeader(i) && line.Length > 0)];

        bool IsHeader(int i) => i == 0 && lines[0].StartsWith("#version", StringComparison.Ordinal);
    }

    /// <summary>Reads a JSON object from a file.</summary>
    /// <exception cref="LearningException">It is not one.</exception>
    internal static JsonObject ReadObject(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new LearningException($"{path} is not a JSON object");
        }
        catch (JsonException e)
        {
            throw new LearningException($"{path} is not JSON: {e.Message}", e);
        }
    }
}
