using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Datahall.Learning.Files;

namespace Datahall.Learning.Tokens;

/// <summary>Writes tokenizers in the files that Transformers reads.</summary>
internal static class TokenizerFiles
{
    private static readonly JsonSerializerOptions readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(WordPieceTokenizer tokenizer, string folder)
    {
        Directory.CreateDirectory(folder);
        var how = tokenizer.Normalization;
        WriteText(folder, "vocab.txt", string.Concat(tokenizer.Vocabulary.Tokens.Select(token => token + "\n")));
        var settings = Settings("BertTokenizer", tokenizer.Names);
        settings["do_lower_case"] = how.LowerCase;
        settings["strip_accents"] = how.StripAccents;
        settings["tokenize_chinese_chars"] = how.ChineseCharacters;
        WriteJson(folder, "tokenizer_config.json", settings);

        var model = new JsonObject
        {
            ["type"] = "WordPiece",
            ["unk_token"] = tokenizer.Names.Unknown,
            ["continuing_subword_prefix"] = "##",
            ["max_input_chars_per_word"] = tokenizer.LongestWord,
            ["vocab"] = Tokens(tokenizer.Vocabulary),
        };
        var normalizer = new JsonObject
        {
            ["type"] = "BertNormalizer",
            ["clean_text"] = how.CleanText,
            ["handle_chinese_chars"] = how.ChineseCharacters,
            ["strip_accents"] = how.StripAccents,
            ["lowercase"] = how.LowerCase,
        };
        var around = new JsonObject
        {
            ["type"] = "BertProcessing",
            ["sep"] = new JsonArray(tokenizer.Names.End, tokenizer.Special.End),
            ["cls"] = new JsonArray(tokenizer.Names.Begin, tokenizer.Special.Begin),
        };
        var decoder = new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true };
        var whole = Whole(tokenizer.Names, tokenizer.Vocabulary, normalizer, new JsonObject { ["type"] = "BertPreTokenizer" }, around, decoder, model);
        WriteJson(folder, "tokenizer.json", whole);
    }

    public static void Write(ByteLevelTokenizer tokenizer, string folder)
    {
        Directory.CreateDirectory(folder);
        WriteText(folder, "vocab.json", Tokens(tokenizer.Vocabulary).ToJsonString(readable));
        WriteText(folder, "merges.txt", "#version: 0.2\n" + string.Concat(tokenizer.Merges.Select(merge => merge + "\n")));
        var settings = Settings("RobertaTokenizer", tokenizer.Names);
        settings["add_prefix_space"] = tokenizer.PrefixSpace;
        WriteJson(folder, "tokenizer_config.json", settings);

        var model = new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = null,
            ["continuing_subword_prefix"] = "",
            ["end_of_word_suffix"] = "",
            ["fuse_unk"] = false,
            ["vocab"] = Tokens(tokenizer.Vocabulary),
            ["merges"] = new JsonArray([.. tokenizer.Merges.Select(merge => JsonValue.Create(merge))]),
        };
        var around = new JsonObject
        {
            ["type"] = "RobertaProcessing",
            ["sep"] = new JsonArray(tokenizer.Names.End, tokenizer.Special.End),
            ["cls"] = new JsonArray(tokenizer.Names.Begin, tokenizer.Special.Begin),
            ["trim_offsets"] = true,
            ["add_prefix_space"] = tokenizer.PrefixSpace,
        };
        var whole = Whole(tokenizer.Names, tokenizer.Vocabulary, null, ByteLevel(tokenizer.PrefixSpace), around, ByteLevel(true), model);
        WriteJson(folder, "tokenizer.json", whole);
    }

    private static JsonObject ByteLevel(bool prefixSpace) => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = prefixSpace,
        ["trim_offsets"] = true,
        ["use_regex"] = true,
    };

    private static JsonObject Settings(string type, SpecialNames names) => new()
    {
        ["tokenizer_class"] = type,
        ["pad_token"] = names.Pad,
        ["unk_token"] = names.Unknown,
        ["cls_token"] = names.Begin,
        ["sep_token"] = names.End,
        ["mask_token"] = names.Mask,
    };

    private static JsonObject Tokens(Vocabulary vocabulary) =>
        new(vocabulary.Tokens.Select((token, id) => KeyValuePair.Create<string, JsonNode?>(token, id)));

    private static JsonObject Whole(
        SpecialNames names, Vocabulary vocabulary, JsonObject? normalizer, JsonObject splitting, JsonObject around, JsonObject decoder, JsonObject model) => new()
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. names.All.OrderBy(name => vocabulary.Find(name)).Select(name => Added(name, vocabulary.Find(name)!.Value))]),
            ["normalizer"] = normalizer,
            ["pre_tokenizer"] = splitting,
            ["post_processor"] = around,
            ["decoder"] = decoder,
            ["model"] = model,
        };

    private static JsonObject Added(string name, int id) => new()
    {
        ["id"] = id,
        ["content"] = name,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };

    private static void WriteJson(string folder, string name, JsonObject content) => WriteText(folder, name, content.ToJsonString(readable));

    private static void WriteText(string folder, string name, string content) => AtomicFile.WriteText(Path.Combine(folder, name), content);
}
