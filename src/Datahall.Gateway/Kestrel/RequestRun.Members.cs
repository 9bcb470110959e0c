using System.Buffers;
using System.Globalization;
using Datahall.Gateway.Dispatch;
using Datahall.Model;
using Microsoft.AspNetCore.Http;

namespace Datahall.Gateway.Kestrel;

/// <content>Requests for an ensemble: every member is asked, and their answers become one.</content>
internal sealed partial class RequestRun
{
    private const string MembersHeader = "datahall-members";
    private const string ModelsRoot = "/v2/models/";

    private async ValueTask<Step?> AskMembersAsync(EnsembleSpec ensemble)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clientGone);
        LimitTo(ensemble.Deadline, stop);

        // What is no inference, such as the model's metadata, any member can tell.
        var combines = ensemble.Combine is not EnsembleCombine.First && target.Path.EndsWith("/infer", StringComparison.Ordinal);
        var panel = new MemberPanel(lane, new MemberQuestion(lane, client, Exchange, body, stop.Token), ensemble, PathFor);
        var verdict = combines ? await panel.CombineAsync(ModelIn(target.Path)) : await panel.FirstAsync(stop);
        if (clientGone.IsCancellationRequested)
        {
            Exchange.OnCancelled(GatewayClock.Now);
            return null;
        }

        if (verdict.Refusal is { } refusal)
        {
            return Exchange.OnUnanswered(refusal);
        }

        await WriteAsync(verdict);
        Exchange.OnAnswered(verdict.Status, GatewayClock.Now);
        return null;
    }

    private void LimitTo(Duration deadline, CancellationTokenSource stop)
    {
        var left = Exchange.Deadline == long.MaxValue ? long.MaxValue : Math.Max(1, (Exchange.Deadline - GatewayClock.Now) / 1_000_000);
        var most = Math.Min(left, deadline.Milliseconds > 0 ? deadline.Milliseconds : long.MaxValue);
        if (most < int.MaxValue)
        {
            stop.CancelAfter(TimeSpan.FromMilliseconds(most));
        }
    }

    private async Task WriteAsync(MemberVerdict verdict)
    {
        var answer = http.Response;
        answer.StatusCode = verdict.Status;
        answer.ContentType = verdict.ContentType;
        answer.ContentLength = verdict.Body.Length;
        answer.Headers[MembersHeader] = string.Join(',', verdict.Members);
        if (verdict.JsonLength is { } length)
        {
            answer.Headers["Inference-Header-Content-Length"] = length.ToString(CultureInfo.InvariantCulture);
        }

        AskToLeave();
        Exchange.AnswerBytes = verdict.Body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            answer.BodyWriter.Write(verdict.Body.Span);
            await answer.BodyWriter.FlushAsync(CancellationToken.None);
        }
    }

    private string PathFor(string model)
    {
        var spec = Exchange.Route!.Spec;
        var path = spec.StripPath ? target.Without(spec.Path) : target.Path;
        var start = path.IndexOf(ModelsRoot, StringComparison.Ordinal);
        if (start >= 0)
        {
            start += ModelsRoot.Length;
            var end = path.IndexOf('/', start);
            path = string.Concat(path.AsSpan(0, start), model, end < 0 ? default : path.AsSpan(end));
        }

        return path + target.Query;
    }

    private static string ModelIn(string path)
    {
        var start = path.IndexOf(ModelsRoot, StringComparison.Ordinal) + ModelsRoot.Length;
        var end = path.IndexOf('/', start);
        return path[start..(end < 0 ? path.Length : end)];
    }
}
