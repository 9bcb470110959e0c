using System.Net;
using System.Net.Http.Headers;
using Datahall.Control.Store;
using Datahall.Model;
using Datahall.Server.Hosting;
using Datahall.Server.Http;
using Datahall.Server.Resources;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Alerts;

/// <summary>Posts an incident, as it is, to a URL when it is opened, widened, taken on or over.</summary>
/// <remarks>What happened while the URL did not answer is told when it does, of each incident its last state; what happened while the server was down is not.</remarks>
internal sealed partial class IncidentNotifier(ServerOptions server, ResourceCache cache, TimeProvider time, ILogger<IncidentNotifier> logger) : BackgroundService
{
    private const string ReasonHeader = "X-Datahall-Event";
    private const string Prefix = "Incident";
    private static readonly TimeSpan pause = TimeSpan.FromSeconds(10);
    private readonly OrderedDictionary<string, string> due = new(StringComparer.Ordinal);
    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) }) { Timeout = TimeSpan.FromSeconds(10) };
    private bool isWell = true;

    public override void Dispose()
    {
        http.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (server.NotifyUrl is not { } url)
        {
            return;
        }

        try
        {
            for (var after = cache.Log.EventsBefore; ;)
            {
                var changed = cache.Log.NextChange();
                after = Math.Max(after, cache.Log.EventsBefore);
                after = Note(cache.Log.EventsAfter(after) ?? [], after);
                if (await TellAsync(url, stoppingToken))
                {
                    await changed.WaitAsync(stoppingToken);
                }
                else
                {
                    await Task.Delay(pause, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private long Note(IReadOnlyList<ControlEvent> events, long after)
    {
        foreach (var e in events)
        {
            after = e.Sequence;
            if (e.About.Kind == ResourceKinds.Incident && e.Reason.StartsWith(Prefix, StringComparison.Ordinal))
            {
                due[e.About.Name] = e.Reason[Prefix.Length..].ToLowerInvariant();
            }
        }

        return after;
    }

    private async Task<bool> TellAsync(Uri url, CancellationToken cancellationToken)
    {
        while (due.Count > 0)
        {
            var (name, reason) = due.GetAt(0);
            if (cache.Find(new(ResourceKinds.Incident, name)) is { } incident && await ProblemAsync(url, incident, reason, cancellationToken) is var (problem, isFinal))
            {
                if (!isFinal)
                {
                    if (isWell)
                    {
                        LogAway(url.ToOrigin(), problem);
                    }

                    isWell = false;
                    return false;
                }

                LogRefused(url.ToOrigin(), name, reason, problem);
            }

            isWell = true;
            due.RemoveAt(0);
        }

        return true;
    }

    // Final: asked again, it would say the same of this incident, and the later ones would wait for ever.
    private async Task<(string Text, bool IsFinal)?> ProblemAsync(Uri url, Resource incident, string reason, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(ResourceJson.Write(incident)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add(ReasonHeader, reason);
            using var answer = await http.SendAsync(request, cancellationToken);
            return answer.IsSuccessStatusCode ? null
                : ($"it answered {(int)answer.StatusCode}", (int)answer.StatusCode is >= 400 and < 500 && answer.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return (e.Message, false);
        }
    }

    [LoggerMessage(3821, LogLevel.Warning, "{Url} does not take incidents: {Problem}. They are told again until it does")]
    private partial void LogAway(string url, string problem);

    [LoggerMessage(3822, LogLevel.Warning, "{Url} refuses incident {Incident}, {Reason}: {Problem}. It is not told again")]
    private partial void LogRefused(string url, string incident, string reason, string problem);
}
