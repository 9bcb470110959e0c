namespace Datahall.Gateway.Epoll;

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
    public bool CanReceive { get; protected set; }

    /// <summary>Whether sending may succeed.</summary>
    public bool CanSend { get; protected set; }

    /// <summary>Whether the other side has ended its sending side, or more.</summary>
    public bool PeerEnded { get; private set; }

    /// <summary>Whether the connection was reset, or could not be made.</summary>
    public bool IsBroken { get; protected set; }

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
}
