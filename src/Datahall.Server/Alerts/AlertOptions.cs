namespace Datahall.Server.Alerts;

/// <summary>How alert rules are looked at, and where alerts go.</summary>
internal sealed record AlertOptions
{
    /// <summary>The time between two looks. Default 15 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How old the last value of a series may be. Default 1 minute: series that end have no mark here, as they have in Prometheus.</summary>
    public TimeSpan Lookback { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often an alert that fires is told to Alertmanager again. Default 1 minute.</summary>
    public TimeSpan Resend { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an alert that has ended is told to Alertmanager. Default 15 minutes.</summary>
    public TimeSpan KeepResolved { get; init; } = TimeSpan.FromMinutes(15);
}
