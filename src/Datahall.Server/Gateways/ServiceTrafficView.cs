using Datahall.Control.Core;

namespace Datahall.Server.Gateways;

/// <summary>What the gateways saw of a service.</summary>
/// <param name="Service">The service.</param>
/// <param name="Gateways">How many gateways report now.</param>
/// <param name="RequestsPerSecond">Requests that come in a second now, the ones turned away included.</param>
/// <param name="ShedPerSecond">Requests turned away a second now.</param>
/// <param name="InFlight">Requests at replicas now.</param>
/// <param name="Waiting">Requests waiting at gateways now.</param>
/// <param name="KnownSeconds">How much of the asked time the counts below are of.</param>
/// <param name="Arrived">Requests that came in in that time.</param>
/// <param name="Shed">Requests turned away in that time.</param>
/// <param name="Versions">The versions that gave answers in that time.</param>
internal sealed record ServiceTrafficView(
    string Service,
    int Gateways,
    double RequestsPerSecond,
    double ShedPerSecond,
    double InFlight,
    double Waiting,
    double KnownSeconds,
    long Arrived,
    long Shed,
    IReadOnlyList<VersionTrafficView> Versions)
{
    /// <summary>Reads it from the core; null when there is no such service.</summary>
    public static ServiceTrafficView? Of(ControlCore core, string service, TimeSpan window)
    {
        if (core.LoadOf(service) is not { } now || core.TrafficOf(service, window) is not { } past)
        {
            return null;
        }

        var versions = past.Versions.Select(static version => new VersionTrafficView(
            version.Key,
            version.Value.Answers.Succeeded,
            version.Value.Answers.Failed,
            version.Value.Answers.ErrorRate,
            version.Value.LatencySeconds(0.5),
            version.Value.LatencySeconds(0.99)));
        return new(service, now.Gateways, now.RequestsPerSecond, now.ShedPerSecond, now.InFlight, now.Waiting, past.Seconds, past.Arrived, past.Shed, [.. versions]);
    }
}

/// <summary>What the gateways saw of a version.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Succeeded">Answers that were no failures.</param>
/// <param name="Failed">Answers with 5xx, time-outs and broken connections.</param>
/// <param name="ErrorRate">The share of failures, 0 to 1.</param>
/// <param name="P50Seconds">Half of the good answers took no longer.</param>
/// <param name="P99Seconds">99 of 100 good answers took no longer.</param>
internal sealed record VersionTrafficView(int Version, long Succeeded, long Failed, double ErrorRate, double P50Seconds, double P99Seconds);
