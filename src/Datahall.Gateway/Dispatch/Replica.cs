using System.Net;
using Datahall.Gateway.Balancing;
using Datahall.Gateway.Health;
using Datahall.Gateway.Observing;
using Datahall.Gateway.Routes;

namespace Datahall.Gateway.Dispatch;

/// <summary>A replica of a service, as one gateway knows it.</summary>
/// <remarks>Thread-safe. Lanes hang their connection pools on it by reference.</remarks>
public sealed class Replica : Destination
{
    internal Replica(Route route, ReplicaConfig config, EndPoint endPoint, BalancingOptions options)
        : base(config.Task, 1, options)
    {
        (Route, Config, EndPoint) = (route, config, endPoint);
        Authority = $"{(config.Address.Contains(':', StringComparison.Ordinal) ? $"[{config.Address}]" : config.Address)}:{config.Port}";
        Health = new(this);
        Stats = route.Stats.Of(config.Version);
    }

    /// <summary>Whose it is.</summary>
    public Route Route { get; }

    /// <summary>The version of the service.</summary>
    public int Version => Config.Version;

    /// <summary>Where it listens.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>Host and port, as in a URL.</summary>
    public string Authority { get; }

    /// <summary>Whether it takes requests for all that is known: it is not down, not ejected, and not gone.</summary>
    public bool IsUsable => IsReady;

    internal ReplicaConfig Config { get; }

    internal ReplicaHealth Health { get; }

    /// <summary>The counts of its version. Kept here: an answer that comes when the version has gone must not bring it back.</summary>
    internal VersionStats Stats { get; }

    /// <summary>When the last byte of it came, in nanoseconds.</summary>
    internal long LastByte => Volatile.Read(ref Activity.LastByte);

    internal long Succeeded => Volatile.Read(ref Activity.Succeeded);

    internal long Failed => Volatile.Read(ref Activity.Failed);

    internal void OnByte(long now) => Volatile.Write(ref Activity.LastByte, now);

    internal void Count(Outcome outcome)
    {
        if (outcome is Outcome.Success)
        {
            Interlocked.Increment(ref Activity.Succeeded);
        }
        else if (outcome is Outcome.Failure)
        {
            Interlocked.Increment(ref Activity.Failed);
        }
    }
}
