using Datahall.Gateway.Dispatch;
using Datahall.Gateway.ProxyProtocol;

namespace Datahall.Gateway.Epoll;

/// <summary>A client's connection, from one request to the next.</summary>
internal sealed class ClientConnection(Shard shard) : Connection(shard)
{
    private const int MostLingering = 1024 * 1024;
    private const int MostRequests = 64; // Of one turn.

    private Transfer? transfer;
    private State state;
    private int lingered;

    private enum State
    {
        ProxyHeader,
        Requests,
        Lingering,
    }

    /// <summary>Who the client is.</summary>
    public ClientAddress Address { get; } = new();

    /// <summary>A client was accepted.</summary>
    public void Open(int fd, ReadOnlySpan<byte> address)
    {
        if (!TryOpen(fd, canSend: true))
        {
            Shard.OnClientClosed(this);
            return;
        }

        Libc.SetNoDelay(fd);
        Address.Read(address);
        state = Shard.Options.ExpectProxyHeader ? State.ProxyHeader : State.Requests;
        lingered = 0;
        Shard.Timers.Set(this, Shard.Now + (Shard.Options.HeadTimeout.Ticks * 100));
    }

    /// <summary>Goes on with whatever can go on.</summary>
    public void Pump()
    {
        for (var requests = 0; IsOpen && state is not State.Lingering; requests++)
        {
            if (requests == MostRequests)
            {
                Shard.Again(this);
                return;
            }

            if (transfer is null && !TryBegin())
            {
                return;
            }

            transfer!.Run();
            if (transfer is not null)
            {
                return;
            }
        }

        if (IsOpen)
        {
            Linger();
        }
    }

    /// <summary>The transfer under way is over.</summary>
    /// <param name="next">What becomes of the connection.</param>
    public void Finished(AfterTransfer next)
    {
        transfer = null;
        switch (next)
        {
            case AfterTransfer.KeepAlive:
                In.ReleaseIfEmpty();
                Shard.Timers.Set(this, Shard.Now + (Shard.Options.KeepAlive.Ticks * 100));
                break;
            case AfterTransfer.Linger:
                state = State.Lingering;
                Libc.EndSending(Fd);
                Shard.Timers.Set(this, Shard.Now + (Shard.Options.Linger.Ticks * 100));
                break;
            default:
                Close();
                break;
        }
    }

    /// <summary>Closes it if no request is under way.</summary>
    public void CloseIfIdle()
    {
        if (transfer is null)
        {
            Close();
        }
    }

    /// <summary>A replica does not answer any more.</summary>
    public void OnReplicaDown(Replica replica)
    {
        if (transfer is { } one && one.OnReplicaDown(replica))
        {
            Pump();
        }
    }

    /// <inheritdoc/>
    public override void Close()
    {
        if (!IsOpen)
        {
            return;
        }

        if (transfer is { } one)
        {
            transfer = null;
            one.Abandon();
        }

        if (IsQueued)
        {
            Shard.Outbox.SendNow(this); // It is what the client gets of an answer that breaks off.
        }

        base.Close();
        Shard.OnClientClosed(this);
    }

    /// <inheritdoc/>
    public override void OnDeadline()
    {
        if (transfer is { } one)
        {
            one.OnClientDeadline();
            Pump();
        }
        else
        {
            Close();
        }
    }

    /// <inheritdoc/>
    protected override void OnReady()
    {
        if (IsBroken)
        {
            Close();
        }
        else
        {
            Pump();
        }
    }

    /// <inheritdoc/>
    protected override void OnFlushed()
    {
        if (IsBroken)
        {
            Close();
        }
        else if (transfer is { HasMoreForClient: true })
        {
            Pump();
        }
    }

    // With the first bytes of a request a transfer begins.
    private bool TryBegin()
    {
        while (In.Length == 0 || state is State.ProxyHeader)
        {
            var moved = Receive(BlockPool.Small);
            if (moved is not Moved.Some)
            {
                EndIdle(moved);
                return false;
            }

            if (state is State.ProxyHeader && !TryReadProxyHeader())
            {
                return false;
            }
        }

        transfer = Shard.Transfers.Take();
        transfer.Begin(this);
        Shard.Timers.Set(this, Shard.Now + (Shard.Options.HeadTimeout.Ticks * 100));
        return true;
    }

    private void EndIdle(Moved moved)
    {
        if (moved is Moved.Blocked)
        {
            In.ReleaseIfEmpty();
        }
        else
        {
            Close();
        }
    }

    private bool TryReadProxyHeader()
    {
        switch (ProxyHeader.Read(In.Unread, out var header, out var length))
        {
            case ProxyHeaderReading.Incomplete:
                return true;
            case ProxyHeaderReading.Invalid:
                Close(); // Whoever is not the expected proxy gets no answer: it could be anybody.
                return false;
        }

        if (header.Source is { } source)
        {
            Address.Set(source);
        }

        In.Skip(length);
        state = State.Requests;
        return true;
    }

    // The client may still be sending. To close with bytes unread would reset the connection, and the client might lose the answer.
    private void Linger()
    {
        In.Release();
        while (Receive(BlockPool.Small) is var moved)
        {
            lingered += In.Length;
            In.Release();
            if (moved is Moved.Blocked)
            {
                return;
            }

            if (moved is not Moved.Some || lingered > MostLingering)
            {
                Close();
                return;
            }
        }
    }
}

/// <summary>What becomes of a client's connection after a request.</summary>
internal enum AfterTransfer
{
    /// <summary>It waits for the next one.</summary>
    KeepAlive,

    /// <summary>It is closed once the client has stopped sending.</summary>
    Linger,

    /// <summary>It is closed at once.</summary>
    Close,
}
