using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Datahall.Learning.Tracking.Mlflow;

/// <summary>The server understood a request and will not do it, so asking again is of no use.</summary>
internal sealed class MlflowRefusedException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>
/// The requests that a run needs. Source: MLflow, "REST API" (mlflow.org/docs/latest/rest-api.html), sections of the methods named here.
/// Each throws <see cref="HttpRequestException"/> or <see cref="TaskCanceledException"/> when the server is away, and
/// <see cref="MlflowRefusedException"/> when it says no.
/// </summary>
internal sealed class MlflowClient : IDisposable
{
    private readonly HttpClient http;

    public MlflowClient(MlflowServer server)
    {
        http = new HttpClient { BaseAddress = new Uri(server.Address.AbsoluteUri.TrimEnd('/') + "/api/2.0/mlflow/"), Timeout = server.RequestTimeout };
        http.DefaultRequestHeaders.Authorization = server.Authorization;
    }

    /// <summary>The experiment of a name; it is created when there is none.</summary>
    public async Task<string> FindOrCreateExperimentAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "experiments/get-by-name?experiment_name=" + Uri.EscapeDataString(name));
            return (await AskAsync(request, MlflowJson.Default.MlflowExperimentAnswer, cancellationToken)).Experiment.ExperimentId;
        }
        catch (MlflowRefusedException e) when (e.Code == "RESOURCE_DOES_NOT_EXIST")
        {
            using var request = Post("experiments/create", new MlflowExperimentCreation(name), MlflowJson.Default.MlflowExperimentCreation);
            return (await AskAsync(request, MlflowJson.Default.MlflowExperiment, cancellationToken)).ExperimentId;
        }
    }

    /// <summary>Creates a run and returns its id.</summary>
    public async Task<string> CreateRunAsync(MlflowRunCreation run, CancellationToken cancellationToken)
    {
        using var request = Post("runs/create", run, MlflowJson.Default.MlflowRunCreation);
        return (await AskAsync(request, MlflowJson.Default.MlflowRunAnswer, cancellationToken)).Run.Info.RunId;
    }

    /// <summary>Adds metrics (at most 1000), parameters and tags (at most 100 of each) to a run.</summary>
    public async Task LogBatchAsync(MlflowBatch batch, CancellationToken cancellationToken)
    {
        using var request = Post("runs/log-batch", batch, MlflowJson.Default.MlflowBatch);
        using var response = await SendAsync(request, cancellationToken);
    }

    public async Task UpdateRunAsync(MlflowRunUpdate update, CancellationToken cancellationToken)
    {
        using var request = Post("runs/update", update, MlflowJson.Default.MlflowRunUpdate);
        using var response = await SendAsync(request, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private static HttpRequestMessage Post<T>(string method, T body, JsonTypeInfo<T> type) =>
        new(HttpMethod.Post, method) { Content = Json(JsonSerializer.SerializeToUtf8Bytes(body, type)) };

    /// <summary>Content of a stated length: not every server in front of MLflow takes chunks.</summary>
    private static ByteArrayContent Json(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private async Task<T> AskAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, cancellationToken);
        try
        {
            return (await response.Content.ReadFromJsonAsync(type, cancellationToken))!;
        }
        catch (JsonException e)
        {
            throw new MlflowRefusedException("BAD_ANSWER", $"{request.RequestUri} does not answer as an MLflow server does: {e.Message}");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await http.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            if ((int)response.StatusCode >= 500 || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests)
            {
                throw new HttpRequestException($"it answers {(int)response.StatusCode}");
            }

            throw Refusal(response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        }
    }

    private static MlflowRefusedException Refusal(HttpStatusCode status, string body)
    {
        try
        {
            var error = JsonSerializer.Deserialize(body, MlflowJson.Default.MlflowError);
            return new MlflowRefusedException(error?.ErrorCode ?? "", $"{(int)status}, {error?.Message ?? error?.ErrorCode}");
        }
        catch (JsonException) // A proxy's page, for example; the status says enough.
        {
            return new MlflowRefusedException("", $"{(int)status} {status}");
        }
    }
}
