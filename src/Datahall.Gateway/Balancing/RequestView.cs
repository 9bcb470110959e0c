namespace Datahall.Gateway.Balancing;

/// <summary>What a policy may know about a request. Keys are hashes, so that no policy sees a prompt or a user.</summary>
public readonly ref struct RequestView
{
    /// <summary>What consistent hashing goes by; 0: the request has no key.</summary>
    public ulong HashKey { get; init; }

    /// <summary>The session: a destination's <see cref="Destination.Hash"/>, as a gateway's own cookie carries it, or the hash of any other word; 0: none.</summary>
    public ulong SessionKey { get; init; }

    /// <summary>The prompt's blocks from the first on. Each hash covers all blocks up to its own (<see cref="PromptHash.Chain"/>). Empty: no prompt.</summary>
    public ReadOnlySpan<ulong> PromptBlocks { get; init; }
}
