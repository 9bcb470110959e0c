using System.Text;
using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Tests.Http1;

/// <summary>A request as one reader understood it.</summary>
internal sealed record ReadRequest(string Method, string Target, string Host, string Fields, string Body);

/// <summary>Reads whole connections with the parser under test.</summary>
internal static class Requests
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>Reads one head; the fault, or none when it is complete.</summary>
    public static HttpFault Fault(string text, HeadLimits? limits = null)
    {
        var head = new RequestHead(limits ?? new());
        head.Reset();
        return head.Advance(Bytes(text)) is HeadStatus.Incomplete ? throw new InvalidOperationException("incomplete: " + text) : head.Fault;
    }

    /// <summary>Reads a head that is well.</summary>
    public static RequestHead Head(byte[] bytes, HeadLimits? limits = null)
    {
        var head = new RequestHead(limits ?? new());
        head.Reset();
        Assert.Equal(HeadStatus.Complete, head.Advance(bytes));
        return head;
    }

    /// <summary>Reads all the requests of a connection, in pieces of the given sizes (the last goes on for ever); the fault that ended it.</summary>
    public static (List<ReadRequest> Requests, HttpFault Fault) Connection(byte[] bytes, params int[] pieces)
    {
        var requests = new List<ReadRequest>();
        var head = new RequestHead(new());
        var (start, known, piece) = (0, 0, 0);
        while (true)
        {
            head.Reset();
            HeadStatus status;
            while ((status = head.Advance(bytes.AsSpan(start, known - start))) is HeadStatus.Incomplete && known < bytes.Length)
            {
                known = Math.Min(bytes.Length, known + pieces[Math.Min(piece++, pieces.Length - 1)]);
            }

            if (status is not HeadStatus.Complete)
            {
                return (requests, head.Fault);
            }

            var body = new Body(head);
            var from = start + head.Length;
            while (true)
            {
                from += body.Take(bytes.AsSpan(from, known - from));
                if (body.IsDone || body.Fault is not HttpFault.None || known == bytes.Length)
                {
                    break;
                }

                known = Math.Min(bytes.Length, known + pieces[Math.Min(piece++, pieces.Length - 1)]);
            }

            if (!body.IsDone)
            {
                return (requests, body.Fault);
            }

            requests.Add(Describe(head, bytes.AsSpan(start, head.Length), body.Text));
            if (!head.KeepAlive)
            {
                return (requests, HttpFault.None);
            }

            start = from;
        }
    }

    private static ReadRequest Describe(RequestHead head, ReadOnlySpan<byte> bytes, string body)
    {
        var fields = new List<string>();
        foreach (var field in head.Fields.All)
        {
            // Of these Kestrel keeps what it understood, not the words. The body tells whether it understood the same.
            if (field.Known is KnownField.Connection or KnownField.ContentLength)
            {
                continue;
            }

            fields.Add(Encoding.Latin1.GetString(field.NameIn(bytes)).ToLowerInvariant() + "=" + Encoding.Latin1.GetString(field.ValueIn(bytes)));
        }

        var all = string.Join("\n", fields.Order(StringComparer.Ordinal));
        return new(Text(head.MethodIn(bytes)), Text(head.TargetIn(bytes)), Text(head.HostIn(bytes)), all, body);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private sealed class Body(RequestHead head)
    {
        private readonly StringBuilder text = new();
        private ChunkedDecoder chunks;

        public string Text => text.ToString();

        public HttpFault Fault => chunks.Fault;

        public bool IsDone => head.Framing switch
        {
            BodyFraming.Chunked => chunks.IsDone,
            BodyFraming.Length => text.Length == head.ContentLength,
            _ => true,
        };

        public int Take(ReadOnlySpan<byte> bytes)
        {
            if (head.Framing is BodyFraming.None)
            {
                return 0;
            }

            if (head.Framing is BodyFraming.Length)
            {
                var length = (int)Math.Min(bytes.Length, head.ContentLength - text.Length);
                text.Append(Encoding.Latin1.GetString(bytes[..length]));
                return length;
            }

            var taken = 0;
            while (taken < bytes.Length && !chunks.IsDone && chunks.Fault is HttpFault.None)
            {
                taken += chunks.Next(bytes[taken..], out var data);
                text.Append(Encoding.Latin1.GetString(data));
            }

            return taken;
        }
    }
}
