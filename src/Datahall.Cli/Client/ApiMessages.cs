using System.Text.Json;
using System.Text.Json.Serialization;
using Datahall.Control.Agents;
using Datahall.Model;

namespace Datahall.Cli.Client;

/// <summary>What an apply did, or would do.</summary>
internal sealed record ApplyAnswer(
    long Revision, bool DryRun, IReadOnlyList<AppliedChange> Changes, IReadOnlyList<RemarkMessage>? Remarks = null, PlanMessage? Plan = null);

/// <summary>What became of one resource.</summary>
internal sealed record AppliedChange(string Kind, string Name, string Action, IReadOnlyList<FieldChange>? Diff);

/// <summary>A field that changed; an absent side did not exist.</summary>
internal sealed record FieldChange(string Path, JsonElement? Before, JsonElement? After);

/// <summary>Something to know about a resource that was taken.</summary>
internal sealed record RemarkMessage(string Kind, string Name, string Path, string Message);

/// <summary>What the scheduler would do about an apply.</summary>
internal sealed record PlanMessage(IReadOnlyList<PlannedTaskMessage> Tasks, IReadOnlyList<StoppedTaskMessage> Stopped);

/// <summary>What would become of a task; without a node it would wait.</summary>
internal sealed record PlannedTaskMessage(string Task, string? Node, IReadOnlyList<int>? Devices, DateTimeOffset? Start, string? After, string? Reason);

/// <summary>A running task that would be stopped.</summary>
internal sealed record StoppedTaskMessage(string Task, ResourceKey Owner, string Node, double WorkLostDeviceSeconds);

/// <summary>How the queues stand.</summary>
internal sealed record QueueStandingPage(IReadOnlyList<QueueStandingMessage> Items);

/// <summary>How a queue stands.</summary>
internal sealed record QueueStandingMessage(
    string Name, string? Parent, double Weight, int WaitingGangs, double Share, double Usage, IReadOnlyList<QueueResourceMessage> Resources);

/// <summary>How a queue stands with one resource; in processors, bytes or devices.</summary>
internal sealed record QueueResourceMessage(string Resource, double? Guarantee, double? Limit, double Held, double Waiting, double FairShare);

/// <summary>A change as the watch sends it.</summary>
internal sealed record WatchMessage(long Revision, string Kind, string Name, JsonElement? Resource);

/// <summary>Events, oldest first.</summary>
internal sealed record EventPage(IReadOnlyList<EventMessage> Items);

/// <summary>Something that happened to a resource.</summary>
internal sealed record EventMessage(long Sequence, DateTimeOffset Time, ResourceKey About, string Severity, string Reason, string Message);

/// <summary>Why a resource is as it is.</summary>
internal sealed record ExplanationMessage(string Summary, IReadOnlyList<string>? Details);

/// <summary>The latest readings of the nodes.</summary>
internal sealed record NodeReadingsPage(IReadOnlyList<NodeReadings> Items);

/// <summary>What the server says about itself.</summary>
internal sealed record ServerState(string? Version, string? Identity, long Revision, DateTimeOffset? Started, string? Policy);

/// <summary>The token agents join with.</summary>
internal sealed record JoinToken(string Token);

/// <summary>Asks for a number of replicas.</summary>
internal sealed record ScaleBody(int Replicas);

/// <summary>Ends a step of a rollout, if it is at that version and step.</summary>
internal sealed record PromoteBody(bool All, int Version, int? Step);

/// <summary>What the gateways saw of a service.</summary>
internal sealed record ServiceTrafficMessage(int Gateways, double RequestsPerSecond, double KnownSeconds, IReadOnlyList<VersionTrafficMessage> Versions);

/// <summary>What the gateways saw of a version.</summary>
internal sealed record VersionTrafficMessage(int Version, long Succeeded, long Failed, double ErrorRate, double P50Seconds, double P99Seconds);

/// <summary>Asks for a node's mode.</summary>
internal sealed record ModeBody(string Mode);

/// <summary>The body of a change of a node's power.</summary>
internal sealed record PowerBody(string Power, bool Drain);

/// <summary>What a node's devices may draw together.</summary>
internal sealed record CapBody(string? Cap);

/// <summary>What somebody says of an incident.</summary>
internal sealed record NoteBody(string? Note);

/// <summary>Asks for a token.</summary>
internal sealed record TokenBody(string Name, string Role, string? Expires);

/// <summary>A token that was made. A secret.</summary>
internal sealed record NewToken(string Name, string Role, DateTimeOffset? Expires, string Token);

/// <summary>A refusal, RFC 9457.</summary>
internal sealed record Problem(string? Title, string? Detail, int? Status, JsonElement? Errors);

/// <summary>One of several errors of a refusal.</summary>
internal sealed record ProblemError(string? File, int? Line, int? Column, string? Path, string? Message);

/// <summary>The metadata of the API's messages, generated at build time: a verb starts without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ApplyAnswer))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(QueueStandingPage))]
[JsonSerializable(typeof(WatchMessage))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(ExplanationMessage))]
[JsonSerializable(typeof(NodeReadingsPage))]
[JsonSerializable(typeof(ServerState))]
[JsonSerializable(typeof(JoinToken))]
[JsonSerializable(typeof(ScaleBody))]
[JsonSerializable(typeof(PromoteBody))]
[JsonSerializable(typeof(ServiceTrafficMessage))]
[JsonSerializable(typeof(ModeBody))]
[JsonSerializable(typeof(PowerBody))]
[JsonSerializable(typeof(CapBody))]
[JsonSerializable(typeof(NoteBody))]
[JsonSerializable(typeof(TokenBody))]
[JsonSerializable(typeof(NewToken))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(ProblemError))]
internal sealed partial class ApiJson : JsonSerializerContext;
