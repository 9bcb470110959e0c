namespace Datahall.Gateway.Observing;

/// <summary>What a request called itself, kept until its line is written in the access log. Cut where it is long.</summary>
internal sealed class RequestNames
{
    /// <summary>How much is kept of each part.</summary>
    public const int Longest = 200;

    private readonly byte[] text = new byte[4 * Longest];
    private int client;
    private int method;
    private int host;
    private int path;

    /// <summary>The client's address.</summary>
    public ReadOnlySpan<byte> Client => text.AsSpan(0, client);

    /// <summary>The method.</summary>
    public ReadOnlySpan<byte> Method => text.AsSpan(Longest, method);

    /// <summary>The host.</summary>
    public ReadOnlySpan<byte> Host => text.AsSpan(2 * Longest, host);

    /// <summary>The path, without its query.</summary>
    public ReadOnlySpan<byte> Path => text.AsSpan(3 * Longest, path);

    /// <summary>Keeps the names of a request.</summary>
    public void Keep(in Routes.RequestFacts facts)
    {
        client = Copy(facts.Client, 0);
        method = Copy(facts.Method, Longest);
        host = Copy(facts.Host, 2 * Longest);
        path = Copy(facts.Path, 3 * Longest);
    }

    private int Copy(ReadOnlySpan<byte> part, int at)
    {
        var length = Math.Min(part.Length, Longest);
        part[..length].CopyTo(text.AsSpan(at));
        return length;
    }
}
