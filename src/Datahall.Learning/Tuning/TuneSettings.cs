using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Learning.Tuning;

/// <summary>A search for settings: the file of <c>datahall tune --config</c>.</summary>
public sealed record TuneSettings
{
    /// <summary>The settings that are varied.</summary>
    [Description("The file of settings that are varied.")]
    public required string Base { get; init; }

    /// <summary>Where trials go.</summary>
    [Description("The folder of the search: a run in it for each trial, the table of trials, the best settings.")]
    public required string Output { get; init; }

    /// <summary>How many trials.</summary>
    [Description("How many trials there are.")]
    [Range(1, 100_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Trials { get; init; } = 20;

    /// <summary>How many at the same time.</summary>
    [Description("How many run at the same time.")]
    [Range(1, 1_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Parallel { get; init; } = 1;

    /// <summary>How settings are chosen.</summary>
    [Description("How settings are chosen: tpe (by what the trials before showed) or random.")]
    public Sampling Sampler { get; init; }

    /// <summary>Everything random follows from it.</summary>
    [Description("What is chosen follows from it.")]
    [Range(0, int.MaxValue)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Seed { get; init; } = 1;

    /// <summary>Ends trials that fall behind; null: all run to the end.</summary>
    [Description("Ends trials early that are behind others (ASHA); left out: all run to the end.")]
    public HalvingSettings? Halving { get; init; }

    /// <summary>Where trials run.</summary>
    [Description("Where trials run: here, as processes of this machine, or as jobs of the control plane.")]
    public TrialPlace Run { get; init; }

    /// <summary>What a job of a trial asks for.</summary>
    [Description("jobs: what a trial asks for, as spec.roles[].resources of a Job.")]
    public IReadOnlyDictionary<string, string> Resources { get; init; } = new Dictionary<string, string>();

    /// <summary>What is varied: a field of the settings, and its range.</summary>
    [Description("What is varied: the path of a field, such as training.learningRate, and its range.")]
    public required IReadOnlyDictionary<string, RangeSettings> Space { get; init; }
}

/// <summary>The range of one field; exactly one of its parts.</summary>
public sealed record RangeSettings
{
    /// <summary>All numbers between two, alike.</summary>
    [Description("Two numbers: all between them are alike.")]
    public IReadOnlyList<double>? Uniform { get; init; }

    /// <summary>All magnitudes between two, alike.</summary>
    [Description("Two numbers above 0: all magnitudes between them are alike.")]
    public IReadOnlyList<double>? Log { get; init; }

    /// <summary>Whole numbers from one to another.</summary>
    [Description("Two whole numbers: these and all between them.")]
    public IReadOnlyList<int>? Whole { get; init; }

    /// <summary>Values to choose from.</summary>
    [Description("The values to choose from: numbers, words, true or false.")]
    public IReadOnlyList<string>? Choice { get; init; }
}

/// <summary>When trials end early.</summary>
public sealed record HalvingSettings
{
    /// <summary>Evaluations before the first comparison.</summary>
    [Description("How many evaluations a trial has before it is first compared.")]
    [Range(1, 1_000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int First { get; init; } = 1;

    /// <summary>One of so many goes on, each time with so many times the evaluations.</summary>
    [Description("One of so many goes on at each comparison, and the next comes after so many times the evaluations.")]
    [Range(2, 100)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Factor { get; init; } = 3;
}

/// <summary>How settings are chosen.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Sampling>))]
public enum Sampling
{
    /// <summary>Tree-structured Parzen estimators.</summary>
    [JsonStringEnumMemberName("tpe")]
    Tpe,

    /// <summary>At random.</summary>
    [JsonStringEnumMemberName("random")]
    Random,
}

/// <summary>Where trials run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrialPlace>))]
public enum TrialPlace
{
    /// <summary>As processes of this machine.</summary>
    [JsonStringEnumMemberName("here")]
    Here,

    /// <summary>As jobs of the control plane.</summary>
    [JsonStringEnumMemberName("jobs")]
    Jobs,
}
