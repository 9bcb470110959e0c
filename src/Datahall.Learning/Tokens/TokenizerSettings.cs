using System.Text.Json;
using System.Text.Json.Nodes;

namespace Datahall.Learning.Tokens;

/// <summary>What <c>tokenizer_config.json</c> says; an absent file or field says what Transformers assumes.</summary>
internal sealed class TokenizerSettings(string path, JsonObject fields)
{
    public static TokenizerSettings Read(string path) => new(path, File.Exists(path) ? TokenizerFolder.ReadObject(path) : []);

    public BertNormalization Normalization => new(
        Flag("do_lower_case") ?? true, Flag("strip_accents"), Flag("tokenize_chinese_chars") ?? true);

    public bool PrefixSpace => Flag("add_prefix_space") ?? false;

    /// <summary>Names that the file gives, and the usual ones for the rest.</summary>
    public SpecialNames Names(SpecialNames usual)
    {
        var end = Name("eos_token");
        return new SpecialNames(
            Name("pad_token") ?? usual.Pad,
            Name("unk_token") ?? usual.Unknown,
            Name("cls_token") ?? Name("bos_token") ?? usual.Begin,
            Name("sep_token") ?? end ?? usual.End,
            Name("mask_token") ?? usual.Mask);
    }

    /// <summary>RoBERTa's names where the vocabulary has them, else GPT-2's.</summary>
    public SpecialNames ByteLevelNames(Vocabulary vocabulary) =>
        Names(vocabulary.Find(SpecialNames.Roberta.Mask) is null && vocabulary.Find(SpecialNames.Gpt2.End) is not null
            ? SpecialNames.Gpt2
            : SpecialNames.Roberta);

    private bool? Flag(string name) => fields[name]?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        null or JsonValueKind.Null => null,
        _ => throw new LearningException($"{path}: {name} must be true or false, and is {fields[name]!.ToJsonString()}"),
    };

    // A token is written as a string, or as an object whose content is the string.
    private string? Name(string name) => fields[name] switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonObject token when token["content"] is JsonValue content => content.GetValue<string>(),
        null => null,
        var other => throw new LearningException($"{path}: {name} must be a string, and is {other.ToJsonString()}"),
    };
}
