using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>Something that people want or that is: the unit of the API, the store and the watch.</summary>
/// <remarks>Immutable; every change makes a new one with a higher <see cref="Revision"/>.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Site), nameof(Site))]
[JsonDerivedType(typeof(Node), nameof(Node))]
[JsonDerivedType(typeof(Queue), nameof(Queue))]
[JsonDerivedType(typeof(SchedulerProfile), nameof(SchedulerProfile))]
[JsonDerivedType(typeof(Job), nameof(Job))]
[JsonDerivedType(typeof(Service), nameof(Service))]
[JsonDerivedType(typeof(Ensemble), nameof(Ensemble))]
[JsonDerivedType(typeof(Tenant), nameof(Tenant))]
[JsonDerivedType(typeof(TaskResource), ResourceKinds.Task)]
[JsonDerivedType(typeof(AlertRule), nameof(AlertRule))]
[JsonDerivedType(typeof(Incident), nameof(Incident))]
[JsonDerivedType(typeof(Scenario), nameof(Scenario))]
public abstract record Resource
{
    /// <summary>The kind, as in the manifest's <c>kind</c> field.</summary>
    [JsonIgnore]
    public abstract string Kind { get; }

    /// <summary>The name, unique within its kind.</summary>
    [Description("Unique within its kind: lower-case letters, digits and '-', at most 63 characters; nodes, sites and tasks may use '.' too.")]
    [JsonPropertyOrder(-9)]
    public required string Name { get; init; }

    /// <summary>Free words that selectors match.</summary>
    [Description("Free words that selectors match, such as team: search.")]
    [JsonPropertyOrder(-8)]
    public IReadOnlyDictionary<string, string> Labels { get; init; } = EmptyLabels;

    /// <summary>The store's revision at the last change; in a manifest, the revision the change expects (0: any).</summary>
    [Description("Set by the server. In a manifest: refuse the change unless the resource still has this revision.")]
    [JsonPropertyOrder(90)]
    public long Revision { get; init; }

    /// <summary>Counts the changes of the spec, from 1.</summary>
    [Description("Set by the server: counts the changes of the spec.")]
    [JsonPropertyOrder(91)]
    public long Generation { get; init; }

    /// <summary>When the resource was first written.</summary>
    [Description("Set by the server.")]
    [JsonPropertyOrder(92)]
    public DateTimeOffset? Created { get; init; }

    /// <summary>The kind and the name.</summary>
    [JsonIgnore]
    public ResourceKey Key => new(Kind, Name);

    /// <summary>The shared empty label set.</summary>
    internal static IReadOnlyDictionary<string, string> EmptyLabels { get; } = new Dictionary<string, string>(0);
}
