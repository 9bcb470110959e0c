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
        var (idle, firstByte) = (Exchange.Route!.Spec.Timeouts.Idle, Exchange.Route.Spec.Timeouts.FirstByte);
        var config = new ForwarderRequestConfig
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            ActivityTimeout = idle.Milliseconds > 0 ? idle.TimeSpan : Timeout.InfiniteTimeSpan,
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clientGone);
        LimitTo(firstByte, stop);
        var transformer = new Transformer(this, UriAt(link), stop);
        await using var down = link.Down.UnsafeRegister(static waiting => ((Transformer)waiting!).OnDown(), transformer);
        var error = await lane.Forwarder.SendAsync(http, link.Prefix, link.Invoker, config, transformer, stop.Token);
        return JudgeUpgrade(transformer, error, GatewayClock.Now);
    }

    private Step? JudgeUpgrade(Transformer transformer, ForwarderError error, long now)
    {
        if (!http.Response.HasStarted && (transformer.Next is not Step.Pass || error is not ForwarderError.None))
        {
            http.Response.Clear(); // The forwarder wrote its own idea of the failure.
        }

        if (transformer.Next is { } elsewhere and not Step.Pass)
        {
            return elsewhere;
        }

        if (clientGone.IsCancellationRequested && error is not ForwarderError.None)
        {
            Exchange.OnCancelled(now);
            return null;
        }

        if (now >= Exchange.Deadline)
        {
            return Exchange.OnDeadline(now) is Step.Refuse ? Step.Refuse : null;
        }

        if (transformer.Next is null)
        {
            return FailUpgrade(error, transformer.IsDown, now);
        }

        EndUpgrade(error, now);
        return null;
    }

    private void EndUpgrade(ForwarderError error, long now)
    {
        if (error is ForwarderError.None or ForwarderError.UpgradeActivityTimeout)
        {
            Exchange.OnEnd(now);
        }
        else
        {
            Exchange.OnBroken(now);
        }
    }

    private Step FailUpgrade(ForwarderError error, bool isDown, long now)
    {
        var exception = http.Features.Get<IForwarderErrorFeature>()?.Exception;
        var kind = isDown ? FailureKind.ReplicaDown
            : error is ForwarderError.RequestTimedOut or ForwarderError.RequestCanceled ? FailureKind.Timeout
            : exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } ? FailureKind.Connect
            : FailureKind.Closed;
        return Exchange.OnFailed(kind, replayable: true, now);
    }

    /// <summary>Writes the request for the replica, and asks the exchange about the head of the answer.</summary>
    private sealed class Transformer(RequestRun run, Uri uri, CancellationTokenSource stop) : HttpTransformer
    {
        /// <summary>What the exchange says to the answer; null: there was none.</summary>
        public Step? Next { get; private set; }

        /// <summary>Whether the replica was found down before.</summary>
        public bool IsDown { get; private set; }

        public void OnDown()
        {
            if (Next is null)
            {
                IsDown = true;
                stop.Cancel();
            }
        }

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.RequestUri = uri;
            UpstreamRequest.Forward(run.client, run.Exchange, proxyRequest, run.lane.TrustsForwarded);
        }

        public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse is null)
            {
                return new(true);
            }

            stop.CancelAfter(Timeout.InfiniteTimeSpan);
            run.LimitTo(default, stop);
            Next = run.Exchange.OnHead((int)proxyResponse.StatusCode, replayable: true, GatewayClock.Now);
            return Next is Step.Pass ? base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken) : new(false);
        }
    }
}
