using System.Text.Json;
using System.Text.Json.Serialization;
using Datahall.Control.Inputs;
using Datahall.Control.Planning;

namespace Datahall.Server.Apply;

/// <summary>What a call changed, or would change.</summary>
/// <param name="Revision">The store's revision after the change.</param>
/// <param name="DryRun">Whether nothing was changed.</param>
/// <param name="Changes">What became of each resource the call named.</param>
/// <param name="Remarks">What the caller should know although the call was taken.</param>
/// <param name="Plan">Of a dry run: what the scheduler would do; absent otherwise.</param>
internal sealed record ChangeSetView(
    long Revision, bool DryRun, IReadOnlyList<ChangeView> Changes, IReadOnlyList<RemarkView> Remarks, PlanView? Plan)
{
    /// <summary>What was changed.</summary>
    public static ChangeSetView Of(Accepted accepted, long revision) => new(revision, false, Changed(accepted), Remarked(accepted), null);

    /// <summary>What would be changed, and what would follow.</summary>
    public static ChangeSetView Of(Accepted accepted, long revision, ApplyPlan plan) =>
        new(revision, true, Changed(accepted), Remarked(accepted), PlanView.Of(plan));

    private static ChangeView[] Changed(Accepted accepted) => [.. accepted.Changed.Select(ChangeView.Of)];

    private static RemarkView[] Remarked(Accepted accepted) => [.. accepted.Remarks.Select(RemarkView.Of)];
}

/// <summary>Something to know about a resource that was taken.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The name.</param>
/// <param name="Path">The field it is about, such as <c>spec.queue</c>.</param>
/// <param name="Message">What, and what follows from it.</param>
internal sealed record RemarkView(string Kind, string Name, string Path, string Message)
{
    public static RemarkView Of(Remark remark) => new(remark.Key.Kind, remark.Key.Name, remark.Path, remark.Message);
}

/// <summary>What became of a resource.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The name.</param>
/// <param name="Action">What became of it.</param>
/// <param name="Diff">The fields of spec and labels that changed; secrets are masked.</param>
internal sealed record ChangeView(string Kind, string Name, ChangeActionView Action, IReadOnlyList<DifferenceView> Diff)
{
    public static ChangeView Of(ResourceChange change) => new(
        change.Key.Kind, change.Key.Name, (ChangeActionView)change.Action, ResourceDiff.Between(change.Before, change.After));
}

/// <summary>What became of a resource.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeActionView>))]
internal enum ChangeActionView
{
    /// <summary>It is new.</summary>
    [JsonStringEnumMemberName("created")]
    Created = ChangeAction.Created,

    /// <summary>Its spec or its labels changed.</summary>
    [JsonStringEnumMemberName("configured")]
    Configured = ChangeAction.Configured,

    /// <summary>Nothing.</summary>
    [JsonStringEnumMemberName("unchanged")]
    Unchanged = ChangeAction.Unchanged,

    /// <summary>It is gone, or will be when its tasks have stopped.</summary>
    [JsonStringEnumMemberName("deleted")]
    Deleted = ChangeAction.Deleted,
}

/// <summary>One field that changed.</summary>
/// <param name="Path">The field, such as <c>spec.roles[0].replicas</c>.</param>
/// <param name="Before">Its value before; absent when there was none.</param>
/// <param name="After">Its value now; absent when there is none.</param>
internal sealed record DifferenceView(string Path, JsonElement? Before, JsonElement? After);
