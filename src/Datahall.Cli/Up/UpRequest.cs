namespace Datahall.Cli.Up;

/// <summary>What <c>datahall up</c> was asked for; names nothing of the server, so that reading it loads nothing of it.</summary>
internal sealed record UpRequest
{
    public required string Listen { get; init; }

    public string? NodeName { get; init; }

    public bool RunAgent { get; init; }

    public required string Policy { get; init; }

    /// <summary>Manifests to apply once the server is ready; empty for none.</summary>
    public required IReadOnlyList<string> Apply { get; init; }

    /// <summary>Where the gateway takes requests; empty: no gateway.</summary>
    public required IReadOnlyList<string> Gateway { get; init; }

    public string? AccessLog { get; init; }

    public string? TlsCertificate { get; init; }

    public string? TlsKey { get; init; }

    /// <summary>What wakes a sleeping node; null: a magic packet.</summary>
    public string? WakeCommand { get; init; }

    public bool AllowPowerCaps { get; init; }

    /// <summary>Whether metrics can be read without a token.</summary>
    public bool MetricsOpen { get; init; }

    /// <summary>The OTLP receiver; null: the environment's, or none.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>The Prometheus that has older series; null: none.</summary>
    public Uri? Prometheus { get; init; }

    /// <summary>The Alertmanagers that are told of alerts.</summary>
    public required IReadOnlyList<Uri> Alertmanagers { get; init; }

    /// <summary>Where incidents are posted to; null: nowhere.</summary>
    public Uri? Notify { get; init; }

    /// <summary>Whether a store without alert rules is given those that a site begins with.</summary>
    public bool DefaultAlerts { get; init; }

    /// <summary>Whether events of operation are logged, not only warnings.</summary>
    public bool Verbose { get; init; }
}
