namespace Datahall.Gateway.Routes;

/// <summary>What routing needs to know of a request, as bytes of its head. Nothing is kept.</summary>
public readonly ref struct RequestFacts
{
    /// <summary>The method, such as <c>POST</c>.</summary>
    public required ReadOnlySpan<byte> Method { get; init; }

    /// <summary>The host without its port; any case; empty: the request names none.</summary>
    public required ReadOnlySpan<byte> Host { get; init; }

    /// <summary>The path without the query, as it was sent.</summary>
    public required ReadOnlySpan<byte> Path { get; init; }

    /// <summary>A hash of the client's address, for policies that go by it.</summary>
    public ulong ClientHash { get; init; }

    /// <summary>The client's address as text, for the access log; empty: not known.</summary>
    public ReadOnlySpan<byte> Client { get; init; }

    /// <summary>The declared length of the body; -1: none is declared; 0: there is no body.</summary>
    public long ContentLength { get; init; }
}

/// <summary>Reads a request's headers, whatever form a lane keeps them in.</summary>
public interface IHeaderView
{
    /// <summary>Copies the value of the first header of a name.</summary>
    /// <param name="name">The name, in lower case.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="length">The length of the value; more than <paramref name="destination"/> holds when it does not fit, and then nothing is copied.</param>
    /// <returns>Whether there is such a header.</returns>
    bool TryCopy(scoped ReadOnlySpan<byte> name, scoped Span<byte> destination, out int length);
}
