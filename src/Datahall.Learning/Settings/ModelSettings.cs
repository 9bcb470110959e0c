using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Learning.Settings;

/// <summary>Which model is trained.</summary>
public sealed record ModelSettings
{
    /// <summary>A Hugging Face folder to start from; null: a new model.</summary>
    [Description("A Hugging Face folder to start from; left out: a new model with random weights.")]
    public string? From { get; init; }

    /// <summary>The shape of a new model.</summary>
    [Description("The shape of a new model.")]
    public NewModelSettings New { get; init; } = new();

    /// <summary>Whether a CRF scores tags as a sequence.</summary>
    [Description("ner: whether a linear-chain CRF scores the tags of a sentence as a sequence.")]
    public bool Crf { get; init; }

    /// <summary>Whether words are also read by their characters.</summary>
    [Description("ner: whether words are also read character by character.")]
    public bool Characters { get; init; }

    /// <summary>Whether words are also seen by their surface and their neighbours'.</summary>
    [Description("ner: whether a linear layer also sees each word's surface (word, shape, prefixes, suffixes) and its neighbours'; classify, multilabel: each text's words, their pairs and runs of characters.")]
    public bool Surface { get; init; }

    /// <summary>Parameters that are not trained.</summary>
    [Description("Names of parameters that are not trained; * stands for any part of a name.")]
    public IReadOnlyList<string> Freeze { get; init; } = [];

    /// <summary>Low-rank adapters.</summary>
    [Description("Low-rank adapters: only they and the head are trained, and they are merged into the weights at the end.")]
    public AdapterSettings? Lora { get; init; }
}

/// <summary>The shape of a new encoder.</summary>
public sealed record NewModelSettings
{
    /// <summary>The layout: <c>bert</c>, <c>roberta</c> or <c>distilbert</c>.</summary>
    [Description("The layout: bert, roberta or distilbert.")]
    public string Type { get; init; } = "bert";

    /// <summary>Layers.</summary>
    [Description("Layers.")]
    [Range(1, 48)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Layers { get; init; } = 4;

    /// <summary>Width.</summary>
    [Description("Width.")]
    [Range(8, 8192)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Hidden { get; init; } = 256;

    /// <summary>Attention heads.</summary>
    [Description("Attention heads; they divide the width.")]
    [Range(1, 128)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Heads { get; init; } = 4;

    /// <summary>Width of the feed-forward layers.</summary>
    [Description("Width of the feed-forward layers.")]
    [Range(8, 65536)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int FeedForward { get; init; } = 1024;

    /// <summary>Longest input, in pieces.</summary>
    [Description("The longest input, in pieces.")]
    [Range(8, 32768)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Positions { get; init; } = 512;

    /// <summary>Dropout.</summary>
    [Description("The share of values that are dropped in training.")]
    [Range(0.0, 0.9)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Dropout { get; init; } = 0.1;

    /// <summary>How many pieces the tokenizer learns.</summary>
    [Description("How many pieces the tokenizer learns from the training texts.")]
    [Range(300, 1_000_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Vocabulary { get; init; } = 8000;

    /// <summary>Whether the tokenizer tells upper from lower case.</summary>
    [Description("Whether the tokenizer tells upper from lower case.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Cased { get; init; } = true;

    /// <summary>A folder with a tokenizer to use instead of learning one.</summary>
    [Description("A folder with a tokenizer to use instead of learning one.")]
    public string? Tokenizer { get; init; }
}

/// <summary>Low-rank adapters (Hu et al., "LoRA", ICLR 2022).</summary>
public sealed record AdapterSettings
{
    /// <summary>Rank.</summary>
    [Description("The rank of the adapters.")]
    [Range(1, 512)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Rank { get; init; } = 8;

    /// <summary>Scale, divided by the rank.</summary>
    [Description("Their scale, which is divided by the rank.")]
    [Range(0.001, 4096.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Alpha { get; init; } = 16;

    /// <summary>Which linear layers get one.</summary>
    [Description("Which linear layers get one: names with * for any part; left out: those of queries and values.")]
    public IReadOnlyList<string> Targets { get; init; } = [];
}
