namespace Datahall.Cli.Tests.Gateways;

/// <summary>Tests that put a machine under load: one at a time, and beside no others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RealProcesses
{
    public const string Name = "real processes under load";
}
