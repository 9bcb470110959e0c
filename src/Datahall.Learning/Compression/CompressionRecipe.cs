using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Datahall.Learning.Settings;

namespace Datahall.Learning.Compression;

/// <summary>How a model is made smaller: the file of <c>datahall compress --recipe</c>.</summary>
public sealed record CompressionRecipe
{
    /// <summary>The files to measure by, before and after, and to train on again.</summary>
    [Description("The files to measure by (dev), and those to train on again (train).")]
    public required DataSettings Data { get; init; }

    /// <summary>What is cut away first.</summary>
    [Description("What is cut away first.")]
    public PruningSettings Prune { get; init; } = new();

    /// <summary>How it is trained again after the cut; null: not at all.</summary>
    [Description("How it is trained again after the cut; left out: not at all.")]
    public TrainingSettings? Retrain { get; init; }

    /// <summary>Whether the original teaches while it is trained again.</summary>
    [Description("Whether the original model teaches the smaller one while it is trained again (distillation).")]
    public bool Distil { get; init; }

    /// <summary>Whether an int8 model is written too.</summary>
    [Description("Whether an int8 model for ONNX Runtime is written and measured too.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool Quantise { get; init; } = true;

    /// <summary>Everything random follows from it.</summary>
    [Description("Everything random follows from it.")]
    [Range(0, int.MaxValue)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Seed { get; init; } = 1;
}

/// <summary>What is cut away; all shares from 0 to below 1.</summary>
public sealed record PruningSettings
{
    /// <summary>Layers, from the top.</summary>
    [Description("How many layers go, from the top.")]
    [Range(0, 1000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Layers { get; init; }

    /// <summary>The share of attention heads.</summary>
    [Description("The share of each layer's attention heads that goes.")]
    [Range(0.0, 0.99)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Heads { get; init; }

    /// <summary>The share of feed-forward neurons.</summary>
    [Description("The share of each layer's feed-forward neurons that goes.")]
    [Range(0.0, 0.99)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Neurons { get; init; }

    /// <summary>The share of single weights that become 0.</summary>
    [Description("The share of single weights of linear layers that become 0, and stay so. It makes the file smaller when it is compressed, and nothing faster.")]
    [Range(0.0, 0.99)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Magnitude { get; init; }
}
