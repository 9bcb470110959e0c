using System.Runtime.InteropServices;
using Datahall.Gateway.Balancing;

namespace Datahall.Gateway.Dispatch;

/// <summary>A count that each request changes, alone on its cache lines: what stands beside it is read by all threads and must not be fetched anew for it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 2 * CacheLines.Apart)]
internal struct LoneCount
{
    [FieldOffset(CacheLines.Apart)]
    private int value;

    /// <summary>How many there are.</summary>
    public readonly int Value => Volatile.Read(in value);

    /// <summary>One more; returns how many there are then.</summary>
    public int Increment() => Interlocked.Increment(ref value);

    /// <summary>One less.</summary>
    public void Decrement() => Interlocked.Decrement(ref value);
}
