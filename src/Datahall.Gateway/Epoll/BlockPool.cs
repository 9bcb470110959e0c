using System.Runtime.InteropServices;

namespace Datahall.Gateway.Epoll;

/// <summary>A piece of memory outside the collected heap.</summary>
internal sealed unsafe class Block(int capacity)
{
    private readonly byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, 64);

    public int Capacity => capacity;

    public Block? Next { get; set; }

    public Span<byte> Bytes => new(memory, capacity);

    /// <summary>Gives the memory back to the system; nobody may use the block any more.</summary>
    public void Free() => NativeMemory.AlignedFree(memory);
}

/// <summary>Memory for the buffers of one shard, up to a limit. Not thread-safe.</summary>
/// <remarks>Some small and middle blocks are kept for the next one, since every request takes one. The rest goes back to the system.</remarks>
internal sealed class BlockPool(long mostBytes)
{
    /// <summary>Enough for most requests and answers.</summary>
    public const int Small = 16 * 1024;

    /// <summary>A head of 16 KB and a body of 64 KB that may have to be sent again.</summary>
    public const int Middle = 80 * 1024;

    private const int MostSmall = 1024;
    private const int MostMiddle = 64;

    private Block? small;
    private Block? middle;
    private int smallCount;
    private int middleCount;

    /// <summary>How many bytes are allocated, those in reserve included.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>How many bytes are in use.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>The next size after one that is too small: 16 KB, 80 KB, then four times more each.</summary>
    public static int SizeAfter(int capacity) => capacity < Small ? Small : capacity < Middle ? Middle : capacity * 4;

    /// <summary>Takes a block; null when the limit is reached.</summary>
    public Block? Rent(int capacity)
    {
        if (capacity == Small && small is { } first)
        {
            (small, first.Next) = (first.Next, null);
            smallCount--;
            UsedBytes += Small;
            return first;
        }

        if (capacity == Middle && middle is { } second)
        {
            (middle, second.Next) = (second.Next, null);
            middleCount--;
            UsedBytes += Middle;
            return second;
        }

        if (AllocatedBytes + capacity > mostBytes)
        {
            return null;
        }

        AllocatedBytes += capacity;
        UsedBytes += capacity;
        return new(capacity);
    }

    /// <summary>Takes a block back.</summary>
    public void Return(Block block)
    {
        UsedBytes -= block.Capacity;
        switch (block.Capacity)
        {
            case Small when smallCount < MostSmall:
                (block.Next, small) = (small, block);
                smallCount++;
                break;
            case Middle when middleCount < MostMiddle:
                (block.Next, middle) = (middle, block);
                middleCount++;
                break;
            default:
                Drop(block);
                break;
        }
    }

    /// <summary>Gives what is in reserve back to the system.</summary>
    public void Trim()
    {
        for (; small is { } block; small = block.Next)
        {
            Drop(block);
        }

        for (; middle is { } block; middle = block.Next)
        {
            Drop(block);
        }

        (smallCount, middleCount) = (0, 0);
    }

    private void Drop(Block block)
    {
        AllocatedBytes -= block.Capacity;
        block.Free();
    }
}
