using System.Text.Json;
using System.Text.Json.Serialization;
using Datahall.Server.Apply;
using Datahall.Server.Auth;
using Datahall.Server.Events;
using Datahall.Server.Explain;
using Datahall.Server.Gateways;
using Datahall.Server.Hosting;
using Datahall.Server.Resources;
using Datahall.Server.ServerInfo;
using Datahall.Server.Top;
using Datahall.Server.Watch;

namespace Datahall.Server.Http;

/// <summary>The API's wire format, generated at build time. Resources inside a message keep the model's own format.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(ProblemView))]
[JsonSerializable(typeof(ResourceListView))]
[JsonSerializable(typeof(ResourceView))]
[JsonSerializable(typeof(ChangeSetView))]
[JsonSerializable(typeof(WatchEventView))]
[JsonSerializable(typeof(EventListView))]
[JsonSerializable(typeof(ExplanationView))]
[JsonSerializable(typeof(NodeReadingsListView))]
[JsonSerializable(typeof(TaskReadingsListView))]
[JsonSerializable(typeof(QueueStandingListView))]
[JsonSerializable(typeof(ServiceTrafficView))]
[JsonSerializable(typeof(ServerView))]
[JsonSerializable(typeof(JoinTokenView))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(ScaleSubmission))]
[JsonSerializable(typeof(PromoteSubmission))]
[JsonSerializable(typeof(NodeModeSubmission))]
[JsonSerializable(typeof(NodePowerSubmission))]
[JsonSerializable(typeof(NodeCapSubmission))]
[JsonSerializable(typeof(TokenFile))]
[JsonSerializable(typeof(TokenSubmission))]
[JsonSerializable(typeof(NewTokenView))]
[JsonSerializable(typeof(TokenListView))]
[JsonSerializable(typeof(WhoAmIView))]
[JsonSerializable(typeof(ServerFile))]
internal sealed partial class ServerJson : JsonSerializerContext;
