using System.Buffers;
using System.CommandLine;
using System.Text;
using Datahall.Cli.Bench.Http;
using Datahall.Cli.Bench.Load;

namespace Datahall.Cli.Bench;

/// <summary>The options that say what is sent, and where.</summary>
internal sealed class RequestOptions
{
    // RFC 9110, 5.6.2: what a method and the name of a field may have.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly Option<string?> weights = new("--weights") { Description = "How often each URL is asked, in their order, such as 9,1 (default: all alike)", HelpName = "N,N" };
    private readonly Option<string?> method = new("--method") { Description = "The method (default GET, with a body POST)", HelpName = "NAME" };
    private readonly Option<string[]> headers = new("--header", "-H") { Description = "A header field, such as 'Content-Type: application/json'; may be given several times", HelpName = "FIELD", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> body = new("--body") { Description = "The body, as text", HelpName = "TEXT" };
    private readonly Option<string?> bodyFile = new("--body-file") { Description = "The body, from a file", HelpName = "FILE" };
    private readonly Option<bool> http2 = new("--http2") { Description = "HTTP/2 instead of HTTP/1.1; without TLS by prior knowledge" };
    private readonly Option<bool> insecure = new("--insecure") { Description = "Take any certificate of the server" };
    private readonly Option<bool> stream = new("--stream") { Description = "Also tell the time to the first byte and the first event, and the gaps between events" };

    public Argument<string[]> Urls { get; } = new("URL") { Description = "What to ask, http or https; several are asked in turn", Arity = ArgumentArity.OneOrMore };

    public IEnumerable<Option> All => [weights, method, headers, body, bodyFile, http2, insecure, stream];

    /// <exception cref="CommandFailure">An option, a URL or the file of the body cannot be used.</exception>
    public RequestChoice Read(ParseResult parsed)
    {
        var content = Content(parsed.GetValue(body), parsed.GetValue(bodyFile));
        var verb = parsed.GetValue(method) ?? (content is null ? "GET" : "POST");
        if (verb.Length == 0 || verb.AsSpan().ContainsAnyExcept(TokenCharacters))
        {
            throw CommandFailure.Usage($"--method: '{verb}' is no method of HTTP; write it such as PUT");
        }

        var fields = (parsed.GetValue(headers) ?? []).Select(Field).ToArray();
        HttpTarget[] targets = [.. (parsed.GetValue(Urls) ?? []).Select(url => new HttpTarget(Url(url), verb.ToUpperInvariant(), fields, content))];
        return new(targets, Weights(parsed.GetValue(weights), targets.Length), parsed.GetValue(http2), parsed.GetValue(insecure), parsed.GetValue(stream));
    }

    private static Uri Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
            ? url
            : throw CommandFailure.Usage($"'{text}' is no URL of http or https; write it as http://HOST:PORT/PATH");

    private static (string Name, string Value) Field(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || text.AsSpan(0, colon).ContainsAnyExcept(TokenCharacters) || text.AsSpan().ContainsAny("\r\n\0"))
        {
            throw CommandFailure.Usage($"--header: '{text}' is no header field; write it as 'Name: value'");
        }

        var name = text[..colon];
        return name.ToLowerInvariant() is "content-length" or "transfer-encoding" or "connection"
            ? throw CommandFailure.Usage($"--header: {name} follows from the body and the connection; leave it out")
            : (name, text[(colon + 1)..].Trim());
    }

    private static byte[]? Content(string? text, string? file)
    {
        if (file is null)
        {
            return text is null ? null : Encoding.UTF8.GetBytes(text);
        }

        if (text is not null)
        {
            throw CommandFailure.Usage("--body and --body-file are both given; a request has one body");
        }

        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CommandFailure.Usage($"--body-file: {file} cannot be read: {e.Message}");
        }
    }

    private static int[] Weights(string? text, int targets)
    {
        if (text is null)
        {
            return [.. Enumerable.Repeat(1, targets)];
        }

        var parts = text.Split(',');
        var weights = parts.Select(static part => int.TryParse(part, out var weight) && weight >= 1 ? weight : 0).ToArray();
        return weights.Contains(0) || weights.Sum(static weight => (long)weight) > WeightedCycle.MostTurns ? throw CommandFailure.Usage($"--weights: '{text}' must be whole numbers from 1, together at most {WeightedCycle.MostTurns}, such as 9,1")
            : weights.Length != targets ? throw CommandFailure.Usage($"--weights has {weights.Length} numbers for {targets} URLs; give one for each")
            : weights;
    }
}
