namespace Datahall.Twin.Traces.Jobs;

/// <summary>Placeholder.</summary>
internal sealed class KeepPass : IPass
{
    public void Run(Hall hall) => throw new NotSupportedException();
}
