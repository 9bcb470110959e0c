using Datahall.Gateway.Bodies;
using Datahall.Gateway.Dispatch;

namespace Datahall.Gateway.Kestrel;

/// <content>Reads the beginning of the body.</content>
internal sealed partial class RequestRun
{
    private const int MostPeeked = 16 * 1024 * 1024;
    private const int MostPrompt = PromptReader.MostBlocks * PromptReader.BlockBytes;

    private async ValueTask<Step?> PeekAsync()
    {
        var peek = new JsonPeek(MostPeeked);
        body.Limit = Exchange.Route?.Spec.Limits.Body.Value ?? MostPeeked;
        var looked = 0;
        try
        {
            while (true)
            {
                peek.Take(body.Kept.Span[looked..]);
                looked = body.Kept.Length;
                if (KnowsEnough(peek, looked) || body.HasEnded)
                {
                    break;
                }

                await body.ReadMoreAsync(clientGone);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return EndUnread();
        }

        Exchange.RequestBytes = body.Received;
        return Exchange.WithBody(peek.IsAmbiguous ? default : peek.Model, PromptOf(peek), new HeaderView(http.Request.Headers), GatewayClock.Now);
    }

    private Step? EndUnread()
    {
        if (body.Fault is BodyTooLargeException)
        {
            return Exchange.OnTooLarge(GatewayClock.Now);
        }

        Exchange.OnCancelled(GatewayClock.Now);
        EndForClient(body.Fault);
        return null;
    }

    private static bool KnowsEnough(in JsonPeek peek, int looked) =>
        peek.Status is not PeekStatus.Reading
        || (peek.HasModel && (peek.PromptEnd >= 0 || (peek.PromptStart >= 0 && looked - peek.PromptStart >= MostPrompt)));

    private ReadOnlySpan<byte> PromptOf(in JsonPeek peek)
    {
        if (peek.PromptStart < 0)
        {
            return default;
        }

        var end = peek.PromptEnd < 0 ? body.Kept.Length : (int)peek.PromptEnd;
        return body.Kept.Span[(int)peek.PromptStart..end];
    }
}
