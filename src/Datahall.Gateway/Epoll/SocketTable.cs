namespace Datahall.Gateway.Epoll;

/// <summary>The sockets of a shard by the 64 bits that epoll gives back: a slot, and the generation of its use.</summary>
internal sealed class SocketTable
{
    private readonly Stack<int> free = new();
    private PolledSocket?[] slots = new PolledSocket?[64];
    private int used;
    private uint generation;

    /// <summary>How many sockets there are.</summary>
    public int Count => used - free.Count;

    /// <summary>All sockets.</summary>
    public ReadOnlySpan<PolledSocket?> All => slots.AsSpan(0, used);

    /// <summary>Adds a socket; returns its key.</summary>
    public ulong Add(PolledSocket socket)
    {
        if (!free.TryPop(out var slot))
        {
            slot = used++;
            if (slot == slots.Length)
            {
                Array.Resize(ref slots, slots.Length * 2);
            }
        }

        slots[slot] = socket;
        (socket.Slot, socket.Generation) = (slot, ++generation);
        return ((ulong)socket.Generation << 32) | (uint)slot;
    }

    /// <summary>The socket of a key; null when it was removed since, though its event came later.</summary>
    public PolledSocket? Find(ulong key)
    {
        var slot = (int)(uint)key;
        return slot < used && slots[slot] is { } socket && socket.Generation == (uint)(key >> 32) ? socket : null;
    }

    /// <summary>Removes a socket.</summary>
    public void Remove(PolledSocket socket)
    {
        if (slots[socket.Slot] == socket)
        {
            slots[socket.Slot] = null;
            socket.Generation = 0; // No key has it.
            free.Push(socket.Slot);
        }
    }
}
