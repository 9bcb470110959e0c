namespace Datahall.Gateway.Hosting;

/// <summary>What may be set about a gateway.</summary>
public sealed record GatewayOptions
{
    /// <summary>The gateway's name, unique among those of an installation: lower-case letters, digits, '-' and '.'.</summary>
    public required string Name { get; init; }

    /// <summary>Where requests come in; at least one.</summary>
    public required IReadOnlyList<ListenerOptions> Listeners { get; init; }

    /// <summary>The file that keeps the routes known last; null: they are not kept.</summary>
    public string? LastRoutesFile { get; init; }

    /// <summary>The file that each request is logged to, one line of JSON each; <c>-</c>: standard output; null: none.</summary>
    public string? AccessLog { get; init; }

    /// <summary>How long requests under way may go on when the gateway stops. Default 30 s.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most connections at once; further ones are closed. 0: as many as the machine gives. Default 65,536.</summary>
    public int MaxConnections { get; init; } = 65_536;

    /// <summary>Whether what clients say in <c>X-Forwarded-*</c> is believed and added to: only behind a proxy that sets these itself.</summary>
    public bool TrustForwarded { get; init; }

    /// <summary>What the lanes' generators are seeded with.</summary>
    public int Seed { get; init; } = Environment.TickCount;
}
