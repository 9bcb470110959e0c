namespace Datahall.Gateway.Epoll;

/// <summary>A connection to a replica: being made, at work for a request, or idle in its pool.</summary>
internal sealed class UpstreamConnection(Shard shard) : Connection(shard)
{
    /// <summary>Whom it works for; null: it is idle.</summary>
    public Transfer? Owner { get; set; }

    /// <summary>The pool it belongs to; null: it is used once.</summary>
    public UpstreamPool? Pool { get; private set; }

    /// <summary>Whether it is there.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Whether another request used it before.</summary>
    public bool IsReused { get; set; }

    /// <summary>How long it may be idle, in nanoseconds.</summary>
    public long KeepAlive { get; set; }

    internal UpstreamConnection? NextIdle { get; set; }

    internal UpstreamConnection? PreviousIdle { get; set; }

    /// <summary>Begins to connect.</summary>
    /// <returns>Whether it is under way; otherwise it was refused at once.</returns>
    public bool TryConnect(NativeAddress address, UpstreamPool? pool, Transfer owner)
    {
        var fd = Libc.Connect(address.Bytes, address.Family);
        (Pool, IsConnected, IsReused, KeepAlive) = (pool, false, false, Shard.Options.UpstreamKeepAlive.Ticks * 100);
        if (fd < 0 || !TryOpen(fd, canSend: false))
        {
            return false;
        }

        if (address.IsInternet)
        {
            Libc.SetNoDelay(fd);
        }

        Owner = owner;
        return true;
    }

    /// <inheritdoc/>
    public override void Close()
    {
        if (!IsOpen)
        {
            return;
        }

        Pool?.Remove(this);
        base.Close();
        Owner = null;
        Shard.Upstreams.Return(this);
    }

    /// <inheritdoc/>
    public override void OnDeadline()
    {
        if (Owner is { } transfer)
        {
            transfer.OnUpstreamDeadline();
        }
        else
        {
            Close();
        }
    }

    /// <inheritdoc/>
    public override void OnFault()
    {
        if (Owner is { } transfer)
        {
            transfer.Client.Close();
        }
        else
        {
            Close();
        }
    }

    /// <inheritdoc/>
    protected override void OnFlushed()
    {
        if (Owner is { } transfer && (IsBroken || transfer.HasMoreForReplica))
        {
            transfer.Client.Pump();
        }
    }

    /// <inheritdoc/>
    protected override void OnReady()
    {
        if (!IsConnected && CanSend)
        {
            // An error shows when the transfer uses the connection.
            IsConnected = !IsBroken && Libc.ConnectError(Fd) == 0;
        }

        if (Owner is { } transfer)
        {
            transfer.Client.Pump();
        }
        else if (CanReceive || IsBroken)
        {
            Close(); // Nobody asked: it is the end, or an answer that would be taken for that of the next request.
        }
    }
}
