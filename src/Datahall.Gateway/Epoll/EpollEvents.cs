using System.Runtime.InteropServices;

namespace Datahall.Gateway.Epoll;

/// <summary>An array of <c>struct epoll_event</c>: 32 bits of events and 64 bits of data each, packed on x64 (12 bytes), aligned elsewhere (16 bytes).</summary>
internal sealed unsafe class EpollEvents(Architecture architecture, int count) : IDisposable
{
    private readonly int stride = StrideOf(architecture);

    /// <summary>How many entries there are.</summary>
    public int Count => count;

    /// <summary>The first entry.</summary>
    public byte* Pointer { get; } = (byte*)NativeMemory.AllocZeroed((nuint)(count * StrideOf(architecture)));

    /// <summary>What happened.</summary>
    public uint EventsOf(int index) => *(uint*)(Pointer + (index * stride));

    /// <summary>What the descriptor was added with.</summary>
    public ulong DataOf(int index) => *(ulong*)(Pointer + (index * stride) + stride - sizeof(ulong));

    /// <summary>Fills an entry and returns it.</summary>
    public byte* Fill(int index, uint events, ulong data)
    {
        var entry = Pointer + (index * stride);
        *(uint*)entry = events;
        *(ulong*)(entry + stride - sizeof(ulong)) = data;
        return entry;
    }

    public void Dispose() => NativeMemory.Free(Pointer);

    private static int StrideOf(Architecture architecture) => architecture is Architecture.X64 ? 12 : 16;
}
