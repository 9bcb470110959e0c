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

/// <summary>A socket that carries bytes both ways.</summary>
internal abstract class Connection(Shard shard) : PolledSocket(shard)
{
    /// <summary>What came and is not dealt with yet.</summary>
    public ByteBuffer In { get; } = new(shard.Blocks);

    /// <summary>What could not be sent at once.</summary>
    public ByteBuffer Out { get; } = new(shard.Blocks);

    /// <summary>Whether something waits in the <see cref="Outbox"/>. Until it is sent nothing else can be.</summary>
    public bool IsQueued { get; private set; }

    /// <summary>Whether the kernel has all there was to send.</summary>
    public bool HasSentAll => !IsQueued && Out.Length == 0;

    /// <summary>Receives into <see cref="In"/>.</summary>
    /// <param name="most">How much memory it may hold.</param>
    /// <param name="first">How much it takes when it holds none.</param>
    public Moved Receive(int most, int first = BlockPool.Small)
    {
        // What is broken may still have bytes to give: an answer that came before the reset.
        if (!CanReceive && !IsBroken)
        {
            return Moved.Blocked;
        }

        if (!In.TryMakeRoom(most, first))
        {
            return Moved.Full;
        }

        var room = In.Free;
        var count = Libc.Receive(Fd, room);
        if (count > 0)
        {
            In.Added(count);
            // Less than asked for: all of it. Another edge comes with more, but the end may have come before.
            CanReceive = count == room.Length || PeerEnded;
            return Moved.Some;
        }

        return count == 0 ? Moved.Ended : Failed(Libc.LastError, receiving: true);
    }

    /// <summary>Sends at once; says how many bytes went.</summary>
    public Moved Send(ReadOnlySpan<byte> bytes, out int sent)
    {
        sent = 0;
        if (!CanSend || IsQueued)
        {
            return Moved.Blocked;
        }

        var count = Libc.Send(Fd, bytes);
        if (count < 0)
        {
            return Failed(Libc.LastError, receiving: false);
        }

        sent = count;
        CanSend = count == bytes.Length;
        return Moved.Some;
    }

    /// <summary>Sends with what others have to send, where that is possible, otherwise at once; says how many bytes were taken.</summary>
    public Moved Post(ReadOnlySpan<byte> bytes, out int taken)
    {
        if (!CanSend || IsQueued || !Shard.Outbox.TryQueue(this, bytes))
        {
            return Send(bytes, out taken);
        }

        IsQueued = true;
        taken = bytes.Length;
        return Moved.Some;
    }

    /// <summary>What was queued is sent, or not.</summary>
    /// <param name="message">What was queued.</param>
    /// <param name="result">How many bytes of it went; below 0: an error.</param>
    public void OnSent(ReadOnlySpan<byte> message, int result)
    {
        IsQueued = false;
        if (result != message.Length)
        {
            if (result < 0)
            {
                Failed(-result, receiving: false);
            }

            CanSend = false;
            IsBroken |= Out.Length > 0 || !Out.TryAdd(message[Math.Max(0, result)..]);
        }

        OnFlushed();
    }

    /// <summary>Sends what is in a buffer and takes it out.</summary>
    public Moved Flush(ByteBuffer buffer)
    {
        var result = Send(buffer.Unread, out var sent);
        buffer.Skip(sent);
        buffer.ReleaseIfEmpty();
        return result;
    }

    /// <inheritdoc/>
    public override void Close()
    {
        base.Close();
        IsQueued = false;
        In.Release();
        Out.Release();
    }

    /// <summary>What was queued is with the kernel, or in <see cref="Out"/>, or the connection is broken.</summary>
    protected abstract void OnFlushed();

    private Moved Failed(int error, bool receiving)
    {
        switch (error)
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
