using Datahall.Control.Core;
using Datahall.Control.Store;
using Datahall.Gateway.Hosting;
using Datahall.Server.Advice;
using Datahall.Server.Alerts;
using Datahall.Server.Console;
using Datahall.Server.Energy;
using Datahall.Server.Metrics;
using Datahall.Server.Stores;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Hosting;

/// <summary>What an installation may set about its server.</summary>
public sealed record ServerOptions
{
    /// <summary>Where everything is kept: the store, the tokens, the lock, the agent's data. Made when it is missing, mode 0700.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The URL to listen on, http or https; port 0 takes a free one. Default <c>http://127.0.0.1:7070</c>.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:7070";

    /// <summary>The PEM file of the certificate chain for https; null for none.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>The PEM file of the certificate's key; null when the certificate's file holds it.</summary>
    public string? TlsKey { get; init; }

    /// <summary>Whether this machine runs tasks, under the built-in agent. Default true.</summary>
    public bool RunAgent { get; init; } = true;

    /// <summary>The name of this machine as a node; null for its host name.</summary>
    public string? NodeName { get; init; }

    /// <summary>The command, for <c>/bin/sh -c</c>, that wakes the node <c>$DATAHALL_NODE</c>; null: a Wake-on-LAN packet does. With it goes <see cref="CoreOptions.HasWakeCommand"/>.</summary>
    public string? WakeCommand { get; init; }

    /// <summary>Whether the built-in agent may cap the power of this machine's devices. Default false.</summary>
    public bool AllowPowerCaps { get; init; }

    /// <summary>The gateway in the server's own process; null: none.</summary>
    public GatewayOptions? Gateway { get; init; }

    /// <summary>Whether a store without alert rules is given those that a site begins with. Default false.</summary>
    public bool DefaultAlertRules { get; init; }

    /// <summary>The base URLs of the Alertmanagers that are told of alerts.</summary>
    public IReadOnlyList<Uri> Alertmanagers { get; init; } = [];

    /// <summary>Where incidents are posted to as they change; null: nowhere.</summary>
    public Uri? NotifyUrl { get; init; }

    /// <summary>What may be set about the core.</summary>
    public CoreOptions Core { get; init; } = new();

    /// <summary>What may be set about the store.</summary>
    public SqliteStoreOptions Store { get; init; } = new();

    /// <summary>The most connections at once, at least 10; further ones are closed. Default 32,768.</summary>
    public int MaxConnections { get; init; } = 32_768;

    /// <summary>How long a connection may be silent between two calls. Default 30 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long reading a log waits for the agent that has it. Default 10 s.</summary>
    public TimeSpan LogTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether running tasks' output is followed for templates and anomalies, and that of failed ones is diagnosed. Default false; <c>datahall up</c> sets it.</summary>
    public bool WatchLogs { get; init; }

    /// <summary>What is logged, to standard error. Default warnings and worse.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What is measured, and who is told.</summary>
    public MetricsOptions Metrics { get; init; } = new();

    /// <summary>When and how long is thought beside the core.</summary>
    internal AdvisorOptions Advice { get; init; } = new();

    /// <summary>How alert rules are looked at.</summary>
    internal AlertOptions Alerts { get; init; } = new();

    /// <summary>How energy is counted.</summary>
    internal EnergyOptions Energy { get; init; } = new();

    /// <summary>What may be set about the console.</summary>
    internal ConsoleOptions Console { get; init; } = new();

    /// <summary>Opens the store; null for SQLite in the data directory.</summary>
    internal Func<CancellationToken, Task<IResourceStore>>? OpenStore { get; init; }
}
