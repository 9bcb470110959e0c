using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>Several services behind one route, whose answers are combined.</summary>
public sealed record Ensemble : Resource
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => ResourceKinds.Ensemble;

    /// <summary>What is wanted.</summary>
    public required EnsembleSpec Spec { get; init; }
}

/// <summary>Whom an ensemble asks, and how their answers become one.</summary>
public sealed record EnsembleSpec
{
    /// <summary>Which requests it takes.</summary>
    [Description("Which requests it takes. 'mean', 'majority' and 'weighted' need protocol oip.")]
    public required RouteSpec Route { get; init; }

    /// <summary>Whom it asks.</summary>
    [Description("The services that are asked, all at once.")]
    public required IReadOnlyList<EnsembleMember> Members { get; init; }

    /// <summary>How answers become one.</summary>
    [Description("How answers become one: mean (of probabilities), weighted (mean by the members' weights), majority (of the members' own choices) or first (to answer).")]
    public EnsembleCombine Combine { get; init; }

    /// <summary>How long answers are waited for; 0: until the route's time is up.</summary>
    [Description("How long all answers are waited for; then those that came are combined if they are a quorum. 0: as long as the route's timeouts allow.")]
    public Duration Deadline { get; init; }

    /// <summary>How many members must have answered; 0: all.</summary>
    [Description("How many members must have answered; 0: all of them ('first': one).")]
    [Range(0, 100)]
    public int Quorum { get; init; }
}

/// <summary>A service of an ensemble.</summary>
public sealed record EnsembleMember
{
    /// <summary>The service.</summary>
    [Description("The service; it needs a route of its own, of the same protocol.")]
    public required string Service { get; init; }

    /// <summary>The model's name there; null: the first of the service's route.</summary>
    [Description("The model's name there; left out: the first of the service's route.")]
    public string? Model { get; init; }

    /// <summary>How much its answer counts.</summary>
    [Description("weighted, majority: how much its answer counts.")]
    [Range(0.001, 1000.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double Weight { get; init; } = 1;

    /// <summary>How many replicas are asked for a sample each, of which the mean is the member's answer.</summary>
    [Description("How many replicas are asked for a sample each (models with dropout left on); their mean is the member's answer.")]
    [Range(1, 100)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Samples { get; init; } = 1;
}

/// <summary>How answers become one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EnsembleCombine>))]
public enum EnsembleCombine
{
    /// <summary>y = 1/M Σ fᵢ(x).</summary>
    [JsonStringEnumMemberName("mean")]
    Mean,

    /// <summary>y = Σ wᵢ fᵢ(x) / Σ wᵢ.</summary>
    [JsonStringEnumMemberName("weighted")]
    Weighted,

    /// <summary>The choice that most members make.</summary>
    [JsonStringEnumMemberName("majority")]
    Majority,

    /// <summary>The first answer that is no failure.</summary>
    [JsonStringEnumMemberName("first")]
    First,
}
