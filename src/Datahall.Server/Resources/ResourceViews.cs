using System.Text.Json.Serialization;
using Datahall.Model;

namespace Datahall.Server.Resources;

/// <summary>A page of a list.</summary>
/// <param name="Revision">The revision of the first page; a watch from there misses nothing.</param>
/// <param name="Items">The resources, by name.</param>
/// <param name="Continue">Fetches the next page; absent on the last one.</param>
internal sealed record ResourceListView(long Revision, IReadOnlyList<ResourceView> Items, string? Continue);

/// <summary>Asks for a number of replicas.</summary>
/// <param name="Replicas">How many, from 0 to 100,000.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ScaleSubmission(int Replicas);

/// <summary>Ends a step of a rollout.</summary>
/// <param name="All">Whether all further steps are left out too.</param>
/// <param name="Version">The version that is meant; another one refuses the call.</param>
/// <param name="Step">The step that is meant, from 1; another one refuses the call.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record PromoteSubmission(bool All = false, int? Version = null, int? Step = null);

/// <summary>Asks for a node's mode.</summary>
/// <param name="Mode">Whether it takes tasks and keeps those it has.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NodeModeSubmission(NodeMode Mode);

/// <summary>Whether a node is wanted awake.</summary>
/// <param name="Power"><c>auto</c>, <c>awake</c> or <c>asleep</c>.</param>
/// <param name="Drain">Whether one with tasks is put to sleep all the same, once they have moved.</param>
internal sealed record NodePowerSubmission(PowerMode Power, bool Drain = false);

/// <summary>What <c>POST …/cap</c> takes.</summary>
/// <param name="Cap">What the node's devices may draw together; null: no cap by hand.</param>
internal sealed record NodeCapSubmission(Watts? Cap);
