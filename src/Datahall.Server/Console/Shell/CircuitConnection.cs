using Microsoft.AspNetCore.Components.Server.Circuits;

namespace Datahall.Server.Console.Shell;

/// <summary>Whether the browser of a circuit is there: nobody can be sent to another page who has closed it.</summary>
internal sealed class CircuitConnection : CircuitHandler
{
    /// <summary>Whether it is.</summary>
    public bool IsUp { get; private set; }

    /// <inheritdoc/>
    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        IsUp = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        IsUp = false;
        return Task.CompletedTask;
    }
}
