using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Learning.Settings;

/// <summary>What is trained, on what, and how: the file of <c>datahall train --config</c>.</summary>
public sealed record TrainSettings
{
    /// <summary>The name of a task: <c>ner</c>, <c>classify</c>, <c>multilabel</c>, <c>rank</c>, <c>embed</c>, <c>mlm</c>.</summary>
    [Description("What is learned: ner, classify, multilabel, rank, embed or mlm.")]
    public required string Task { get; init; }

    /// <summary>Where the run goes: model, checkpoints, metrics.</summary>
    [Description("The folder of the run: the model, checkpoints and metrics go there.")]
    public required string Output { get; init; }

    /// <summary>Everything random follows from it.</summary>
    [Description("Everything random follows from it: the same seed, data and threads give the same model.")]
    [Range(0, int.MaxValue)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Seed { get; init; } = 1;

    /// <summary>The texts.</summary>
    [Description("The texts.")]
    public required DataSettings Data { get; init; }

    /// <summary>The model.</summary>
    [Description("The model.")]
    public ModelSettings Model { get; init; } = new();

    /// <summary>How it is trained.</summary>
    [Description("How it is trained.")]
    public TrainingSettings Training { get; init; } = new();

    /// <summary>Where metrics go besides the run's folder.</summary>
    [Description("Where metrics go besides the run's folder.")]
    public TrackingSettings Tracking { get; init; } = new();
}

/// <summary>Where the texts are and how they are read.</summary>
public sealed record DataSettings
{
    /// <summary>Files to learn from.</summary>
    [Description("Files to learn from.")]
    public IReadOnlyList<string> Train { get; init; } = [];

    /// <summary>Files to judge by while training.</summary>
    [Description("Files to judge by while training; left out: nothing is judged, and the last model counts as the best.")]
    public IReadOnlyList<string> Dev { get; init; } = [];

    /// <summary>The form of the files.</summary>
    [Description("auto (by the file's name), conll, jsonl, csv or text.")]
    public DataFormat Format { get; init; }

    /// <summary>How tags mark entities.</summary>
    [Description("How tags mark entities in the files: auto, iob1, iob2, bioes or bmes.")]
    public string Scheme { get; init; } = "auto";

    /// <summary>The columns or fields of the parts of an example.</summary>
    [Description("The columns (conll: from 0, below 0 from the end) or fields (jsonl, csv) that hold the parts of an example.")]
    public FieldSettings Fields { get; init; } = new();

    /// <summary>What happens with lines that cannot be read.</summary>
    [Description("What happens with lines that cannot be read: stop, or skip and count them.")]
    public BadLinesSetting BadLines { get; init; }
}

/// <summary>Where the parts of an example stand.</summary>
public sealed record FieldSettings
{
    /// <summary>The text, or the words.</summary>
    [Description("The text; conll: the column of the words.")]
    public string? Text { get; init; }

    /// <summary>The second text of a pair.</summary>
    [Description("The second text of a pair.")]
    public string? Pair { get; init; }

    /// <summary>The label, labels or tags.</summary>
    [Description("The label or labels; conll: the column of the tags.")]
    public string? Label { get; init; }
}

/// <summary>A form of files.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DataFormat>))]
public enum DataFormat
{
    /// <summary>By the file's name.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>One word a line, in columns; an empty line after each sentence.</summary>
    [JsonStringEnumMemberName("conll")]
    Conll,

    /// <summary>One JSON object a line.</summary>
    [JsonStringEnumMemberName("jsonl")]
    Jsonl,

    /// <summary>Comma-separated values with a header (RFC 4180).</summary>
    [JsonStringEnumMemberName("csv")]
    Csv,

    /// <summary>Text without labels.</summary>
    [JsonStringEnumMemberName("text")]
    Text,
}

/// <summary>What happens with lines that cannot be read.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BadLinesSetting>))]
public enum BadLinesSetting
{
    /// <summary>The first one stops the run.</summary>
    [JsonStringEnumMemberName("stop")]
    Stop,

    /// <summary>They are left out and counted.</summary>
    [JsonStringEnumMemberName("skip")]
    Skip,
}

/// <summary>Where metrics go besides the run's folder.</summary>
public sealed record TrackingSettings
{
    /// <summary>Whether TensorBoard files are written.</summary>
    [Description("Whether TensorBoard's event files are written into the run's folder.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Tensorboard { get; init; } = true;

    /// <summary>The URL of an MLflow server.</summary>
    [Description("The URL of an MLflow server; the token comes from MLFLOW_TRACKING_TOKEN.")]
    public string? Mlflow { get; init; }

    /// <summary>The experiment's name there.</summary>
    [Description("The experiment's name there; left out: the task's.")]
    public string? Experiment { get; init; }
}
