using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Learning.Settings;

/// <summary>How a model is trained.</summary>
public sealed record TrainingSettings
{
    /// <summary>How often all examples are seen.</summary>
    [Description("How often all examples are seen.")]
    [Range(0.01, 100_000.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Epochs { get; init; } = 3;

    /// <summary>The most pieces in a batch, padding included.</summary>
    [Description("The most pieces in a batch, padding included; batches hold texts of like length.")]
    [Range(8, 10_000_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int TokensPerBatch { get; init; } = 1024;

    /// <summary>Batches whose gradients make one step.</summary>
    [Description("How many batches make one step.")]
    [Range(1, 10_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Accumulate { get; init; } = 1;

    /// <summary>The highest learning rate of the encoder.</summary>
    [Description("The highest learning rate.")]
    [Range(0.0, 10.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>The highest learning rate of the head.</summary>
    [Description("The highest learning rate of the head; left out: the same.")]
    [Range(0.0, 10.0)]
    public double? HeadLearningRate { get; init; }

    /// <summary>How the rate falls.</summary>
    [Description("How the rate falls after the warm-up: linear, cosine or constant.")]
    public RateSchedule Schedule { get; init; }

    /// <summary>The share of all steps over which the rate rises.</summary>
    [Description("The share of all steps over which the rate rises.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Warmup { get; init; } = 0.06;

    /// <summary>Decoupled weight decay.</summary>
    [Description("Decoupled weight decay of matrices.")]
    [Range(0.0, 10.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The largest norm of the gradient; 0: any.</summary>
    [Description("The largest norm of the gradient; 0: any.")]
    [Range(0.0, 1e6)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Clip { get; init; } = 1;

    /// <summary>How slowly the mean of the weights follows them; 0: there is none.</summary>
    [Description("How slowly a running mean of the weights follows them, such as 0.999; the mean is what is judged and saved. 0: the weights themselves are.")]
    [Range(0.0, 0.999999)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Averaging { get; init; }

    /// <summary>The share of pieces that are masked in training.</summary>
    [Description("The share of pieces that are masked in training, so that a model learns to go by the rest.")]
    [Range(0.0, 0.9)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double PieceDropout { get; init; }

    /// <summary>Label smoothing.</summary>
    [Description("The share of the truth that is spread over all labels.")]
    [Range(0.0, 0.9)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double LabelSmoothing { get; init; }

    /// <summary>Whether rare labels count more.</summary>
    [Description("Whether rare labels count more, by the inverse of their share.")]
    public bool BalanceClasses { get; init; }

    /// <summary>Whether weights that are 0 stay so.</summary>
    [Description("Whether weights that are 0 at the beginning stay so; for models that were pruned.")]
    public bool KeepZeros { get; init; }

    /// <summary>Models whose probabilities are learned too.</summary>
    [Description("Folders of models of the same labels that teach this one: the mean of their probabilities is learned beside the truth (distillation).")]
    public IReadOnlyList<string> Teachers { get; init; } = [];

    /// <summary>How much the teachers count against the truth.</summary>
    [Description("How much the teachers count against the truth, from 0 to 1.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double TeacherShare { get; init; } = 0.5;

    /// <summary>How much the teachers' probabilities are evened out.</summary>
    [Description("By which root of their probabilities the teachers are heard: above 1, what they hold for unlikely counts more.")]
    [Range(0.1, 20.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Temperature { get; init; } = 2;

    /// <summary>The number format of matrix products.</summary>
    [Description("The number format of matrix products: auto (bf16 where the processor multiplies it, else fp32), fp32, bf16 or fp16 (CUDA).")]
    public PrecisionSetting Precision { get; init; }

    /// <summary>Threads; 0: one for each core.</summary>
    [Description("Threads; 0: one for each core.")]
    [Range(0, 1024)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Threads { get; init; }

    /// <summary>Steps between evaluations; 0: once an epoch.</summary>
    [Description("Steps between evaluations; 0: after each epoch.")]
    [Range(0, int.MaxValue)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int EvaluateEvery { get; init; }

    /// <summary>Steps between checkpoints; 0: with each evaluation.</summary>
    [Description("Steps between checkpoints; 0: with each evaluation.")]
    [Range(0, int.MaxValue)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int CheckpointEvery { get; init; }

    /// <summary>Evaluations without a better score after which it ends; 0: never.</summary>
    [Description("After how many evaluations without a better score it ends; 0: never.")]
    [Range(0, 10_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Patience { get; init; }
}

/// <summary>How the learning rate falls.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RateSchedule>))]
public enum RateSchedule
{
    /// <summary>In a straight line to 0.</summary>
    [JsonStringEnumMemberName("linear")]
    Linear,

    /// <summary>Along half a cosine to 0.</summary>
    [JsonStringEnumMemberName("cosine")]
    Cosine,

    /// <summary>Not at all.</summary>
    [JsonStringEnumMemberName("constant")]
    Constant,
}

/// <summary>The number format of matrix products.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PrecisionSetting>))]
public enum PrecisionSetting
{
    /// <summary>By the machine.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>Single precision.</summary>
    [JsonStringEnumMemberName("fp32")]
    Fp32,

    /// <summary>Brain floating point; weights stay in single precision.</summary>
    [JsonStringEnumMemberName("bf16")]
    Bf16,

    /// <summary>Half precision; CUDA only.</summary>
    [JsonStringEnumMemberName("fp16")]
    Fp16,
}
