namespace Datahall.Gateway.Epoll;

/// <summary>What came of receiving or sending.</summary>
internal enum Moved
{
    /// <summary>Bytes.</summary>
    Some,

    /// <summary>Nothing now; an event will say when.</summary>
    Blocked,

    /// <summary>There is no room for more.</summary>
    Full,

    /// <summary>The other side has ended its side.</summary>
    Ended,

    /// <summary>The connection is broken.</summary>
    Broken,
}

/// <summary>A socket that a shard watches.</summary>
/// <remarks>
/// Edge-triggered, and watched for everything from the first moment on: no system call for a change of mind. So every edge is remembered here, until
/// the call that uses it up. The objects are used again; the generation tells events of an earlier life.
/// </remarks>
internal abstract class PolledSocket(Shard shard) : TimerNode
{
    /// <summary>The descriptor; -1: closed.</summary>
    public int Fd { get; private set; } = -1;

    /// <summary>Whether it is open.</summary>
    public bool IsOpen => Fd >= 0;

    /// <summary>Whether bytes, or an end, may be there to receive.</summary>
    public bool CanReceive { get; private set; }

    /// <summary>Whether sending may succeed.</summary>
    public bool CanSend { get; protected set; }

    /// <summary>Whether the other side has ended its sending side, or more.</summary>
    public bool PeerEnded { get; private set; }

    /// <summary>Whether the connection was reset, or could not be made.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whose it is.</summary>
    protected Shard Shard => shard;

    internal int Slot { get; set; }

    internal uint Generation { get; set; }

    /// <summary>Begins with a descriptor.</summary>
    /// <returns>Whether it could be watched; otherwise it is closed.</returns>
    public bool TryOpen(int fd, bool canSend)
    {
        Fd = fd;
        (CanReceive, CanSend, PeerEnded, IsBroken) = (false, canSend, false, false);
        if (shard.TryWatch(this, Libc.In | Libc.Out | Libc.PeerShutdown | Libc.EdgeTriggered))
        {
            return true;
        }

        Close();
        return false;
    }

    /// <summary>Events came.</summary>
    public void OnEvents(uint events)
    {
        CanReceive |= (events & (Libc.In | Libc.PeerShutdown | Libc.HangUp | Libc.Error)) != 0;
        CanSend |= (events & (Libc.Out | Libc.HangUp | Libc.Error)) != 0;
        PeerEnded |= (events & (Libc.PeerShutdown | Libc.HangUp)) != 0;
        IsBroken |= (events & (Libc.Error | Libc.HangUp)) != 0;
        OnReady();
    }

    /// <summary>Receives into a buffer.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="most">How much memory it may hold.</param>
    /// <param name="first">How much it takes when it holds none.</param>
    public Moved Receive(ByteBuffer buffer, int most, int first = BlockPool.Small)
    {
        // What is broken may still have bytes to give: an answer that came before the reset.
        if (!CanReceive && !IsBroken)
        {
            return Moved.Blocked;
        }

        if (!buffer.TryMakeRoom(most, first))
        {
            return Moved.Full;
        }

        var room = buffer.Free;
        var count = Libc.Receive(Fd, room);
        if (count > 0)
        {
            buffer.Added(count);
            // Less than asked for: all of it. Another edge comes with more, but the end may have come before.
            CanReceive = count == room.Length || PeerEnded;
            return Moved.Some;
        }

        return count == 0 ? Moved.Ended : Failed(receiving: true);
    }

    /// <summary>Sends; says how many bytes went.</summary>
    public Moved Send(ReadOnlySpan<byte> bytes, out int sent)
    {
        sent = 0;
        if (!CanSend)
        {
            return Moved.Blocked;
        }

        var count = Libc.Send(Fd, bytes);
        if (count < 0)
        {
            return Failed(receiving: false);
        }

        sent = count;
        CanSend = count == bytes.Length;
        return Moved.Some;
    }

    /// <summary>Sends what is in a buffer and takes it out.</summary>
    public Moved Flush(ByteBuffer buffer)
    {
        var result = Send(buffer.Unread, out var sent);
        buffer.Skip(sent);
        buffer.ReleaseIfEmpty();
        return result;
    }

    /// <summary>Closes it.</summary>
    public virtual void Close()
    {
        if (Fd >= 0)
        {
            shard.Forget(this);
            CloseDescriptor();
            Fd = -1;
        }
    }

    /// <summary>Closes the descriptor.</summary>
    protected virtual void CloseDescriptor() => _ = Libc.Close(Fd);

    /// <summary>A mistake happened in the work for it.</summary>
    public virtual void OnFault() => Close();

    /// <summary>Something may be done.</summary>
    protected abstract void OnReady();

    private Moved Failed(bool receiving)
    {
        switch (Libc.LastError)
        {
            case Libc.Again when receiving:
                CanReceive = false;
                return Moved.Blocked;
            case Libc.Again:
                CanSend = false;
                return Moved.Blocked;
            default:
                IsBroken = true;
                return Moved.Broken;
        }
    }
}
