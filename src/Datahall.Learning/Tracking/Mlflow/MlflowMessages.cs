using System.Text.Json.Serialization;

namespace Datahall.Learning.Tracking.Mlflow;

internal sealed record MlflowExperimentCreation(string Name);

internal sealed record MlflowExperiment(string ExperimentId);

internal sealed record MlflowExperimentAnswer(MlflowExperiment Experiment);

/// <summary>A parameter or a tag.</summary>
internal sealed record MlflowEntry(string Key, string Value);

/// <summary>A value at a step; the time stamp in milliseconds since 1970.</summary>
internal sealed record MlflowMetric(string Key, double Value, long Timestamp, long Step);

internal sealed record MlflowRunCreation(string ExperimentId, string RunName, long StartTime, IReadOnlyList<MlflowEntry> Tags);

internal sealed record MlflowRunIdentity(string RunId);

internal sealed record MlflowRun(MlflowRunIdentity Info);

internal sealed record MlflowRunAnswer(MlflowRun Run);

internal sealed record MlflowBatch(
    string RunId, IReadOnlyList<MlflowMetric> Metrics, IReadOnlyList<MlflowEntry> Params, IReadOnlyList<MlflowEntry> Tags);

internal sealed record MlflowRunUpdate(string RunId, string Status, long? EndTime);

internal sealed record MlflowError(string ErrorCode, string? Message);

/// <summary>The bodies of MLflow's REST API, version 2.0, as its documentation names them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(MlflowExperimentCreation))]
[JsonSerializable(typeof(MlflowExperiment))]
[JsonSerializable(typeof(MlflowExperimentAnswer))]
[JsonSerializable(typeof(MlflowRunCreation))]
[JsonSerializable(typeof(MlflowRunAnswer))]
[JsonSerializable(typeof(MlflowBatch))]
[JsonSerializable(typeof(MlflowRunUpdate))]
[JsonSerializable(typeof(MlflowError))]
internal sealed partial class MlflowJson : JsonSerializerContext;

/// <summary>How far a run is known to the server; <c>mlflow.json</c> of the run's folder.</summary>
/// <param name="Server">The server's address: another one knows nothing of the run.</param>
/// <param name="RunId">The server's name of the run.</param>
/// <param name="HasParameters">Whether the server has the configuration; it may not be told twice.</param>
/// <param name="Sent">The last step of each metric that the server has.</param>
internal sealed record MlflowProgress(Uri Server, string RunId, bool HasParameters, Dictionary<string, long> Sent);
