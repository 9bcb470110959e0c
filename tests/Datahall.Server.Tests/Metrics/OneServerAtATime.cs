namespace Datahall.Server.Tests.Metrics;

/// <summary>Tests that read instruments: these are of the process, and another server in it would count too.</summary>
[CollectionDefinition(nameof(OneServerAtATime), DisableParallelization = true)]
public sealed class OneServerAtATime;
