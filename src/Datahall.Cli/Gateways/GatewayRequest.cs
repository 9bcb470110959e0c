namespace Datahall.Cli.Gateways;

/// <summary>What <c>datahall gateway</c> was asked for; names nothing of the gateway, so that reading it loads nothing of it.</summary>
internal sealed record GatewayRequest
{
    public required Uri Server { get; init; }

    public required string Token { get; init; }

    public string? Name { get; init; }

    public required IReadOnlyList<string> Listen { get; init; }

    public required string Lane { get; init; }

    public required IReadOnlyList<string> Certificates { get; init; }

    public required IReadOnlyList<string> Keys { get; init; }

    public bool ProxyProtocol { get; init; }

    /// <summary>Whether <c>X-Forwarded-*</c> of clients is believed.</summary>
    public bool TrustForwarded { get; init; }

    public string? AccessLog { get; init; }

    /// <summary>Where it tells metrics; null: nowhere.</summary>
    public string? Metrics { get; init; }

    public required string Drain { get; init; }

    public bool Verbose { get; init; }
}
