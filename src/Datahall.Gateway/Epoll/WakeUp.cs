namespace Datahall.Gateway.Epoll;

/// <summary>Wakes a shard from other threads: an eventfd.</summary>
internal sealed unsafe class WakeUp : PolledSocket
{
    private readonly Lock gate = new();

    public WakeUp(Shard shard)
        : base(shard)
    {
        var descriptor = Libc.NewEvent();
        if (descriptor < 0 || !TryOpen(descriptor, canSend: false))
        {
            throw new InvalidOperationException($"eventfd is not to be had: error {Libc.LastError}");
        }
    }

    /// <summary>Wakes the shard, now or at its next wait. Any thread.</summary>
    public void Ring()
    {
        // The lock keeps the descriptor from being closed meanwhile: the number would soon be another's.
        lock (gate)
        {
            if (IsOpen)
            {
                var one = 1UL;
                _ = Libc.Write(Fd, &one, sizeof(ulong));
            }
        }
    }

    /// <inheritdoc/>
    public override void Close()
    {
        lock (gate)
        {
            base.Close();
        }
    }

    /// <inheritdoc/>
    public override void OnFault()
    {
        // It has no work that could fail.
    }

    /// <inheritdoc/>
    public override void OnDeadline() => Shard.StopTaking(); // It has no deadline but that of draining.

    /// <inheritdoc/>
    protected override void OnReady()
    {
        // The mailbox is looked at in every turn. Reading sets the counter back, so that the next write is an edge.
        ulong count;
        _ = Libc.Read(Fd, &count, sizeof(ulong));
    }
}
