using System.Text.Json;
using System.Text.Json.Nodes;

namespace Datahall.Learning.Tokens;

/// <summary>Reads <c>tokenizer.json</c> of WordPiece models with BERT's cleaning, and of byte-level BPE models.</summary>
internal static class TokenizerJson
{
    /// <exception cref="LearningException">The file holds another kind of tokenizer, or is broken.</exception>
    public static ITokenizer Read(string path, TokenizerSettings settings)
    {
        try
        {
            var root = TokenizerFolder.ReadObject(path);
            var model = Object(root, "model", path);
            return ModelType(model) switch
            {
                "WordPiece" => ReadWordPiece(path, root, model, settings),
                "BPE" => ReadByteLevel(path, root, model, settings),
                var type => throw new LearningException($"{path}: tokenizers of type '{type}' cannot be read, only WordPiece and BPE"),
            };
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new LearningException($"{path}: a field has another type than a tokenizer's: {e.Message}", e);
        }
    }

    // Files of older versions do not say the type.
    private static string? ModelType(JsonObject model) =>
        model["type"]?.GetValue<string>() ?? (model.ContainsKey("merges") ? "BPE" : "WordPiece");

    private static WordPieceTokenizer ReadWordPiece(string path, JsonObject root, JsonObject model, TokenizerSettings settings)
    {
        var prefix = model["continuing_subword_prefix"]?.GetValue<string>() ?? "##";
        if (prefix != "##")
        {
            throw new LearningException($"{path}: pieces inside a word begin with '{prefix}'; only '##' can be read");
        }

        var names = settings.Names(SpecialNames.Bert);
        if (model["unk_token"]?.GetValue<string>() is { } unknown)
        {
            names = names with { Unknown = unknown };
        }

        var longest = model["max_input_chars_per_word"]?.GetValue<int>() ?? WordPieceTokenizer.DefaultLongestWord;
        return new WordPieceTokenizer(ReadVocabulary(path, root, model), ReadNormalization(path, root), names, longest);
    }

    private static BertNormalization ReadNormalization(string path, JsonObject root)
    {
        if (root["normalizer"] is not JsonObject normalizer || normalizer["type"]?.GetValue<string>() != "BertNormalizer")
        {
            throw new LearningException($"{path}: a WordPiece tokenizer needs the normalizer BertNormalizer; this has "
                + (root["normalizer"]?["type"]?.ToJsonString() ?? "none"));
        }

        return new BertNormalization(
            Flag(normalizer, "lowercase") ?? true,
            Flag(normalizer, "strip_accents"),
            Flag(normalizer, "handle_chinese_chars") ?? true,
            Flag(normalizer, "clean_text") ?? true);
    }

    private static ByteLevelTokenizer ReadByteLevel(string path, JsonObject root, JsonObject model, TokenizerSettings settings)
    {
        if (root["pre_tokenizer"] is not JsonObject splitting || splitting["type"]?.GetValue<string>() != "ByteLevel")
        {
            throw new LearningException($"{path}: a BPE tokenizer needs the pre_tokenizer ByteLevel; this has "
                + (root["pre_tokenizer"]?["type"]?.ToJsonString() ?? "none"));
        }

        if (root["normalizer"] is not null)
        {
            throw new LearningException($"{path}: a byte-level tokenizer with a normalizer cannot be read; take the normalizer out");
        }

        var vocabulary = ReadVocabulary(path, root, model);
        var merges = (model["merges"] as JsonArray ?? throw new LearningException($"{path}: the model has no list 'merges'"))
            .Select(merge => merge is JsonArray pair ? string.Join(' ', pair.Select(part => part!.GetValue<string>())) : merge!.GetValue<string>());
        var prefixSpace = Flag(splitting, "add_prefix_space") ?? true;
        return new ByteLevelTokenizer(vocabulary, [.. merges], settings.ByteLevelNames(vocabulary), prefixSpace);
    }

    private static Vocabulary ReadVocabulary(string path, JsonObject root, JsonObject model)
    {
        var tokens = Object(model, "vocab", path).ToDictionary(token => token.Key, token => token.Value!.GetValue<int>());
        foreach (var added in root["added_tokens"] as JsonArray ?? [])
        {
            tokens[added!["content"]!.GetValue<string>()] = added["id"]!.GetValue<int>();
        }

        return Vocabulary.Of(tokens, path);
    }

    private static JsonObject Object(JsonObject parent, string name, string path) =>
        parent[name] as JsonObject ?? throw new LearningException($"{path}: there is no object '{name}'");

    private static bool? Flag(JsonObject parent, string name) =>
        parent[name] is { } value && value.GetValueKind() != JsonValueKind.Null ? value.GetValue<bool>() : null;
}
