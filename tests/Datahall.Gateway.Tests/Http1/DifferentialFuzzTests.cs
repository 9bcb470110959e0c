using System.Globalization;
using System.Text;
using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Tests.Http1;

public sealed class DifferentialFuzzTests
{
    /// <summary>The seeds of the everyday run, 100 connections each; DATAHALL_PARSER_SEEDS says otherwise, as <c>SEED</c> or <c>FIRST-LAST</c>.</summary>
    private const string Everyday = "1-200";

    private const int ConnectionsOfSeed = 100;

    /// <summary>Where the parser is stricter than Kestrel, and why.</summary>
    private static readonly Dictionary<HttpFault, string> Stricter = new()
    {
        [HttpFault.BareLineFeed] = "Kestrel takes LF for the end of a line; a proxy before it may not, and sees other lines",
        [HttpFault.BareCarriageReturn] = "the same for CR",
        [HttpFault.RequestLine] = "Kestrel forgives any number of empty lines before a request, RFC 9112 asks for one",
        [HttpFault.Method] = "Kestrel takes a CR before a method",
        [HttpFault.Target] = "percent signs that escape nothing, backslashes, fragments, hosts that are not in lower case: replicas read them differently",
        [HttpFault.DotSegments] = "Kestrel removes '..'; a replica that does not sees another path than the route",
        [HttpFault.FieldName] = "Kestrel takes names that are no tokens",
        [HttpFault.FieldValue] = "Kestrel takes control characters",
        [HttpFault.HostMissing] = "Kestrel needs no Host with HTTP/1.0 even when the target is a URL; then no two readers can be compared",
        [HttpFault.Host] = "Kestrel takes hosts that no name server knows, such as a!b and [], and ports of six digits",
        [HttpFault.ContentLength] = "Kestrel takes a sign before the digits; RFC 9110 section 8.6 does not",
        [HttpFault.ContentLengthMissing] = "Kestrel lets upgrades of HTTP/1.0 pass without; RFC 1945 section 7.2.2 does not",
        [HttpFault.ContentLengthAndTransferEncoding] = "Kestrel drops the Content-Length; an attack is not to be repaired",
        [HttpFault.TransferEncodingRepeated] = "Kestrel joins them; others take the first or the last",
        [HttpFault.TransferEncodingUnsupported] = "Kestrel looks at the last encoding only",
        [HttpFault.TransferEncodingInOldVersion] = "RFC 9112 section 6.1: the framing of such a message is to be taken for faulty",
        [HttpFault.Expectation] = "RFC 9110 section 10.1.1 allows 417 for what is unknown",
        [HttpFault.ConnectUnsupported] = "the gateway is no forward proxy",
        [HttpFault.Trailer] = "Kestrel takes framing fields and bad names in trailers",
        [HttpFault.ChunkSize] = "Kestrel takes an empty size",
        [HttpFault.ChunkExtension] = "Kestrel takes control characters in extensions",
    };

    [Fact]
    public async Task Kestrel_and_the_parser_read_the_same_requests()
    {
        var token = TestContext.Current.CancellationToken;
        await using var kestrel = await KestrelReader.StartAsync(token);
        var range = (Environment.GetEnvironmentVariable("DATAHALL_PARSER_SEEDS") ?? Everyday).Split('-');
        var (last, agreed) = (long.Parse(range[^1], CultureInfo.InvariantCulture), 0L);
        for (var seed = long.Parse(range[0], CultureInfo.InvariantCulture); seed <= last; seed++)
        {
            var random = new Random(HashCode(seed));
            var grammar = new RequestGrammar(random);
            for (var i = 0; i < ConnectionsOfSeed; i++)
            {
                var bytes = grammar.Connection();
                var (theirs, answer) = await kestrel.ReadAsync(bytes, token);
                var (ours, fault) = Requests.Connection(bytes, 1 + random.Next(bytes.Length));

                var complaint = Compare(ours, theirs, fault);

                Assert.True(complaint is null, $"seed {seed} (replay with DATAHALL_PARSER_SEEDS={seed}): {complaint}\n{Visible(bytes)}\nKestrel answered {answer}");
                agreed += ours.Count;
            }
        }

        Assert.True(agreed > (last - long.Parse(range[0], CultureInfo.InvariantCulture)) * ConnectionsOfSeed / 8, $"only {agreed} requests were taken by both");
    }

    private static int HashCode(long seed) => (int)(seed ^ (seed >> 32));

    private static string? Compare(List<ReadRequest> ours, List<ReadRequest> theirs, HttpFault fault)
    {
        foreach (var (our, their) in ours.Zip(theirs))
        {
            if (our != their)
            {
                return $"read differently: {our} and by Kestrel {their}";
            }
        }

        return ours.Count > theirs.Count ? $"Kestrel refuses {ours[theirs.Count]}"
            : ours.Count < theirs.Count && !Stricter.ContainsKey(fault) ? $"refused with {fault}, for no stated reason: {theirs[ours.Count]}"
            : null;
    }

    private static string Visible(byte[] bytes) => Encoding.Latin1.GetString(bytes).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n\n", StringComparison.Ordinal);
}
