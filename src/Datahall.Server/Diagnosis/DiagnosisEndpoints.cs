using System.Text.Json.Serialization;
using Datahall.Model;
using Datahall.Server.Http;
using Datahall.Server.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Datahall.Server.Diagnosis;

/// <summary>Why a task failed.</summary>
internal static class DiagnosisEndpoints
{
    public static void AddDiagnosis(this IServiceCollection services, bool watch)
    {
        services.AddSingleton<LogTail>();
        services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.TypeInfoResolverChain.Add(DiagnosisJson.Default));
        if (watch)
        {
            services.AddHostedService<FailureDiagnoser>();
        }
    }

    public static void MapDiagnosis(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/tasks/{name}/diagnosis", DiagnoseAsync)
        .WithTags("Tasks").WithName("DiagnoseTask").WithSummary("Says why the task's last failed attempt failed; without one, what its log shows now");

    private static async Task<Results<Ok<DiagnosisView>, Problem>> DiagnoseAsync(string name, ResourceCache cache, LogTail logs, CancellationToken cancellationToken)
    {
        if (cache.Find<TaskResource>(ResourceKinds.Task, name) is not { Status: { } status })
        {
            return Problem.NotFound($"there is no task/{name}");
        }

        if (status.LastFailure is { } kept && (kept.Fence == status.Fence || status.Phase is not TaskPhase.Failed))
        {
            return TypedResults.Ok(DiagnosisView.Of(name, kept, isKept: true));
        }

        if (status.Placement is not { } placement)
        {
            return Problem.Of(StatusCodes.Status409Conflict, $"task/{name} has no node and no failure that was looked into: {status.Message ?? "it is pending"}");
        }

        return await logs.ReadAsync(placement.Node, name, status.Fence, cancellationToken) is { } lines
            ? TypedResults.Ok(DiagnosisView.Of(name, FailureReading.Of(lines, status.Message, placement.Node, status.Attempt, status.Fence), isKept: false))
            : Problem.Of(StatusCodes.Status503ServiceUnavailable, $"node/{placement.Node}, which has the output of task/{name}, is not connected now or did not send it: try again");
    }
}

/// <summary>Why a task failed, or what its log shows.</summary>
/// <param name="Task">The task.</param>
/// <param name="Attempt">Which attempt, from 1.</param>
/// <param name="Node">The node that it ran on.</param>
/// <param name="Kept">Whether this was found when the attempt failed and is kept with the task; false: the log was read just now.</param>
/// <param name="Causes">What was recognised, the worst first; empty when nothing was.</param>
/// <param name="LastLines">The last lines of the log, when nothing was recognised.</param>
internal sealed record DiagnosisView(string Task, int Attempt, string Node, bool Kept, IReadOnlyList<DiagnosisCauseView> Causes, IReadOnlyList<string> LastLines)
{
    public static DiagnosisView Of(string task, TaskFailure failure, bool isKept) =>
        new(task, failure.Attempt, failure.Node, isKept, [.. failure.Causes.Select(DiagnosisCauseView.Of)], failure.LastLines);
}

/// <summary>A failure that was recognised.</summary>
/// <param name="Id">The entry of the catalogue.</param>
/// <param name="Title">What happened.</param>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>critical</c>.</param>
/// <param name="Cause">What is behind it.</param>
/// <param name="Advice">What to do.</param>
/// <param name="Retry"><c>yes</c>, <c>elsewhere</c> or <c>after-change</c>.</param>
/// <param name="Device">The GPU or switch, when the lines name one.</param>
/// <param name="Evidence">The first lines that say so.</param>
internal sealed record DiagnosisCauseView(string Id, string Title, string Severity, string Cause, string Advice, string Retry, string? Device, IReadOnlyList<string> Evidence)
{
    public static DiagnosisCauseView Of(FailureCause cause) =>
        new(cause.Id, cause.Title, cause.Severity, cause.Cause, cause.Advice, cause.Retry, cause.Device, cause.Evidence);
}

/// <summary>The wire format of diagnoses.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DiagnosisView))]
internal sealed partial class DiagnosisJson : JsonSerializerContext;
