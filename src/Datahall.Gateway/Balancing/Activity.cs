using System.Runtime.InteropServices;

namespace Datahall.Gateway.Balancing;

/// <summary>What each request changes of its destination, by itself on its cache lines: what stands beside it is read much and changed seldom.</summary>
[StructLayout(LayoutKind.Explicit, Size = CacheLines.Apart + 64 + CacheLines.Apart)]
internal struct Activity
{
    /// <summary>Requests sent and not yet answered.</summary>
    [FieldOffset(CacheLines.Apart)]
    public int InFlight;

    /// <summary>1 while a thread takes a sample.</summary>
    [FieldOffset(CacheLines.Apart + 4)]
    public int IsSampling;

    /// <summary>The average of latencies, in seconds; 0: none is known.</summary>
    [FieldOffset(CacheLines.Apart + 8)]
    public double Latency;

    /// <summary>When the average was last changed, in nanoseconds.</summary>
    [FieldOffset(CacheLines.Apart + 16)]
    public long Sampled;

    /// <summary>When its last byte came, in nanoseconds.</summary>
    [FieldOffset(CacheLines.Apart + 24)]
    public long LastByte;

    /// <summary>Requests that succeeded.</summary>
    [FieldOffset(CacheLines.Apart + 32)]
    public long Succeeded;

    /// <summary>Requests that failed.</summary>
    [FieldOffset(CacheLines.Apart + 40)]
    public long Failed;
}
