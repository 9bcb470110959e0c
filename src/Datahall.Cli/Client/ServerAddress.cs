using System.Text.Json;

namespace Datahall.Cli.Client;

/// <summary>Which server to call, with which token.</summary>
/// <param name="Url">The base URL.</param>
/// <param name="Token">The token; null when none was found.</param>
/// <param name="TokenSource">Where the token comes from, or where it was looked for, in words.</param>
internal sealed record ServerAddress(Uri Url, string? Token, string TokenSource)
{
    public const string DefaultUrl = "http://127.0.0.1:7070";

    /// <summary>Options come first, then the environment, then what the server left in the data directory.</summary>
    public static ServerAddress Find(string? server, string? token, string dataDirectory)
    {
        var (url, urlSource) = FirstOf(
            (server, "--server"),
            (Environment.GetEnvironmentVariable("DATAHALL_SERVER"), "DATAHALL_SERVER"),
            (ReadUrl(dataDirectory), Path.Combine(dataDirectory, DataDirectory.AddressFile)),
            (DefaultUrl, "default"));
        var tokenFile = Path.Combine(dataDirectory, DataDirectory.TokenFile);
        var (secret, tokenSource) = FirstOf(
            (token, "--token"),
            (Environment.GetEnvironmentVariable("DATAHALL_TOKEN"), "DATAHALL_TOKEN"),
            (ReadToken(tokenFile), tokenFile));
        return new(Parse(url!, urlSource), secret, tokenSource);
    }

    public static Uri Parse(string url, string source) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https"
            ? new Uri(parsed.GetLeftPart(UriPartial.Authority))
            : throw CommandFailure.Usage($"{source} says '{url}', which is not a URL of a server; write it like {DefaultUrl}");

    private static (string? Value, string Source) FirstOf(params ReadOnlySpan<(string? Value, string Source)> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (!string.IsNullOrWhiteSpace(candidate.Value))
            {
                return candidate;
            }
        }

        return candidates[^1];
    }

    /// <summary>What a server that runs on the data directory, or was killed, left there; null when it left nothing.</summary>
    public static string? ReadUrl(string dataDirectory)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(dataDirectory, DataDirectory.AddressFile)));
            return document.RootElement.TryGetProperty("url", out var url) ? url.GetString() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            // No server has run here, or it is another user's: the default URL is as good as any.
            return null;
        }
    }

    private static string? ReadToken(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The server says 401, and the message then names this file.
            return null;
        }
    }
}
