namespace Datahall.Gateway.Epoll;

/// <summary>Wakes a shard from other threads: an eventfd.</summary>
internal sealed unsafe class WakeUp : PolledSocket
{
    private readonly int descriptor;

    public WakeUp(Shard shard)
        : base(shard)
    {
        descriptor = Libc.NewEvent();
        if (descriptor < 0 || !TryOpen(descriptor, canSend: false))
        {
            throw new InvalidOperationException($"eventfd is not to be had: error {Libc.LastError}");
        }
    }

    /// <summary>Wakes the shard, now or at its next wait. Any thread.</summary>
    public void Ring()
    {
        var one = 1UL;
        _ = Libc.Write(descriptor, &one, sizeof(ulong));
    }

    /// <inheritdoc/>
    public override void OnDeadline()
    {
    }

    /// <inheritdoc/>
    protected override void OnReady()
    {
        // The mailbox is looked at in every turn. Reading sets the counter back, so that the next write is an edge.
        ulong count;
        _ = Libc.Read(descriptor, &count, sizeof(ulong));
    }
}
