using System.Net;
using Datahall.Gateway.Dispatch;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Datahall.Gateway.Kestrel;

/// <content>Requests that become something else, such as WebSockets: YARP's forwarder carries both directions.</content>
internal sealed partial class RequestRun
{
    private async ValueTask<Step?> UpgradeAsync()
    {
        var link = lane.LinkOf(Exchange.Replica!);
        var transformer = new Transformer(this, UrlAt(link));
        var idle = Exchange.Route!.Spec.Timeouts.Idle;
        var config = new ForwarderRequestConfig
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            ActivityTimeout = idle.Milliseconds > 0 ? idle.TimeSpan : Timeout.InfiniteTimeSpan,
        };
        var error = await lane.Forwarder.SendAsync(http, link.Prefix, link.Invoker, config, transformer, clientGone);
        var now = GatewayClock.Now;
        if (transformer.Next is { } elsewhere and not Step.Pass)
        {
            http.Response.Clear();
            return elsewhere;
        }

        if (clientGone.IsCancellationRequested && error is not ForwarderError.None)
        {
            Exchange.OnCancelled(now);
            return null;
        }

        if (transformer.Next is null)
        {
            return FailUpgrade(error, now);
        }

        if (error is ForwarderError.None or ForwarderError.UpgradeActivityTimeout)
        {
            Exchange.OnEnd(now);
        }
        else
        {
            Exchange.OnBroken(now);
        }

        return null;
    }

    private Step FailUpgrade(ForwarderError error, long now)
    {
        http.Response.Clear(); // The forwarder wrote its own idea of the failure.
        var exception = http.Features.Get<IForwarderErrorFeature>()?.Exception;
        var kind = error is ForwarderError.RequestTimedOut ? FailureKind.Timeout
            : exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } ? FailureKind.Connect
            : FailureKind.Closed;
        return Exchange.OnFailed(kind, replayable: true, now);
    }

    /// <summary>Writes the request for the replica, and asks the exchange about the head of the answer.</summary>
    private sealed class Transformer(RequestRun run, string url) : HttpTransformer
    {
        /// <summary>What the exchange says to the answer; null: there was none.</summary>
        public Step? Next { get; private set; }

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.RequestUri = UpstreamRequest.UriOf(url);
            UpstreamRequest.Forward(run.client, run.Exchange, proxyRequest, run.lane.TrustsForwarded);
        }

        public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse is null)
            {
                return new(true);
            }

            // What YARP made of it: an upgrade is one for the client too.
            Next = run.Exchange.OnHead((int)proxyResponse.StatusCode, replayable: true, GatewayClock.Now);
            return Next is Step.Pass ? base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken) : new(false);
        }
    }
}
