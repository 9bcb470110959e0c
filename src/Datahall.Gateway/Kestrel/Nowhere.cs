using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Datahall.Gateway.Kestrel;

/// <summary>An end point that nobody can connect to: it makes Kestrel build its HTTP/2 pipeline, which plaintext listeners hand connections to.</summary>
internal sealed class NowhereEndPoint : EndPoint
{
    public static NowhereEndPoint Instance { get; } = new();

    public override string ToString() => "nowhere";
}

/// <summary>Listens nowhere.</summary>
internal sealed class NowhereListenerFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is NowhereEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(new Listener());

    private sealed class Listener : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint => NowhereEndPoint.Instance;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(end.Task);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            end.TrySetResult(null);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
