using System.Text.Json;
using System.Text.Json.Serialization;
using Datahall.Learning.Tracking.Mlflow;

namespace Datahall.Learning.Tracking;

/// <summary>The JSON of a run's folder.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    WriteIndented = true,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(MlflowProgress))]
internal sealed partial class TrackingJson : JsonSerializerContext;

/// <summary>The JSON of a line of metrics: no line breaks, and numbers that are none (NaN, Infinity) as text.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(MetricLine))]
internal sealed partial class MetricJson : JsonSerializerContext;
