namespace Datahall.Gateway.Epoll;

/// <summary>Bytes on their way. Holds memory only while there are any.</summary>
internal sealed class ByteBuffer(BlockPool pool)
{
    private Block? block;
    private int start;
    private int end;

    /// <summary>How many bytes there are.</summary>
    public int Length => end - start;

    /// <summary>How much memory it holds.</summary>
    public int Capacity => block?.Capacity ?? 0;

    /// <summary>The bytes.</summary>
    public Span<byte> Unread => block is null ? default : block.Bytes[start..end];

    /// <summary>Room behind the bytes; empty when there is none or no memory is held.</summary>
    public Span<byte> Free => block is null ? default : block.Bytes[end..];

    /// <summary>Makes room behind the bytes: by memory, by moving them to the front, or by more memory.</summary>
    /// <param name="most">How much memory it may hold.</param>
    /// <param name="first">How much it takes when it holds none.</param>
    /// <returns>Whether there is room.</returns>
    public bool TryMakeRoom(int most, int first = BlockPool.Small)
    {
        if (block is null)
        {
            block = pool.Rent(first) ?? pool.Rent(BlockPool.Small);
            return block is not null;
        }

        if (end < block.Capacity)
        {
            return true;
        }

        if (start > 0)
        {
            MoveToFront();
            return true;
        }

        return TryGrow(most);
    }

    /// <summary>Bytes were written into <see cref="Free"/>.</summary>
    public void Added(int count) => end += count;

    /// <summary>Bytes at the front are not needed any more.</summary>
    public void Skip(int count)
    {
        start += count;
        if (start == end)
        {
            (start, end) = (0, 0);
        }
    }

    /// <summary>Takes bytes out of the middle.</summary>
    public void Remove(int offset, int count)
    {
        var bytes = Unread;
        bytes[(offset + count)..].CopyTo(bytes[offset..]);
        end -= count;
    }

    /// <summary>Adds bytes; false when there is no memory for them.</summary>
    public bool TryAdd(ReadOnlySpan<byte> bytes)
    {
        while (Free.Length < bytes.Length)
        {
            if (block is not null && start > 0)
            {
                MoveToFront();
            }
            else if (!(block is null ? TryMakeRoom(BlockPool.Small) : TryGrow(int.MaxValue)))
            {
                return false;
            }
        }

        bytes.CopyTo(Free);
        Added(bytes.Length);
        return true;
    }

    /// <summary>Gives the memory back, when there are no bytes.</summary>
    public void ReleaseIfEmpty()
    {
        if (start == end)
        {
            Release();
        }
    }

    /// <summary>Gives the memory back, with whatever is in it.</summary>
    public void Release()
    {
        if (block is { } held)
        {
            block = null;
            (start, end) = (0, 0);
            pool.Return(held);
        }
    }

    private void MoveToFront()
    {
        Unread.CopyTo(block!.Bytes);
        (start, end) = (0, end - start);
    }

    private bool TryGrow(int most)
    {
        var size = BlockPool.SizeAfter(block!.Capacity);
        if (size > most || pool.Rent(size) is not { } larger)
        {
            return false;
        }

        Unread.CopyTo(larger.Bytes);
        (start, end) = (0, end - start);
        pool.Return(block);
        block = larger;
        return true;
    }
}
