using Microsoft.Extensions.Hosting;

namespace Datahall.Server.Hosting;

/// <summary>Says when the server stops, so that streams without an end do not hold it up.</summary>
internal sealed class ServerStopping(IHostApplicationLifetime lifetime)
{
    /// <summary>Ends with another token, or when the server stops.</summary>
    public CancellationTokenSource Linked(CancellationToken cancellationToken) =>
        CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
}
