using System.Net.Http.Headers;
using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Model;
using Datahall.Model.Manifests;

namespace Datahall.Cli.Apply;

/// <summary>Applies what was read as one change: all of it, or nothing.</summary>
internal static class ApplyCall
{
    /// <summary>Applies, and reads the answer.</summary>
    public static async Task<ApplyAnswer> SendAsync(
        ApiClient api, ManifestResult read, ApplyMode mode, CancellationToken cancellationToken) =>
        Read(await SendForJsonAsync(api, read, mode, cancellationToken));

    /// <summary>Applies one resource that was made here.</summary>
    public static async Task SendAsync(ApiClient api, Resource resource, CancellationToken cancellationToken)
    {
        using var body = new ByteArrayContent(Json([resource])) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        await api.SendAsync(HttpMethod.Post, "/api/v1/apply", body, cancellationToken);
    }

    /// <summary>Reads an answer.</summary>
    public static ApplyAnswer Read(JsonElement answer) => answer.Deserialize(ApiJson.Default.ApplyAnswer)!;

    /// <summary>Applies, and leaves the answer as it came.</summary>
    public static async Task<JsonElement> SendForJsonAsync(
        ApiClient api, ManifestResult read, ApplyMode mode, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, mode is ApplyMode.DryRun ? "/api/v1/apply?dryRun=true" : "/api/v1/apply");
        request.Content = new ByteArrayContent(Json(read.Resources)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        try
        {
            return await api.SendAsync(request, ApiJson.Default.JsonElement, cancellationToken);
        }
        catch (CommandFailure e) when (e.Details.Count > 0)
        {
            throw Manifests.Locate(read, e);
        }
    }

    private static byte[] Json(IReadOnlyList<Resource> resources)
    {
        using var bytes = new MemoryStream();
        foreach (var resource in resources)
        {
            bytes.WriteByte((byte)(bytes.Length == 0 ? '[' : ','));
            bytes.Write(ResourceJson.Write(resource));
        }

        bytes.WriteByte((byte)']');
        return bytes.ToArray();
    }
}

/// <summary>Whether an apply changes anything.</summary>
internal enum ApplyMode
{
    /// <summary>It does.</summary>
    Change,

    /// <summary>It only says what it would change, and what would follow.</summary>
    DryRun,
}
