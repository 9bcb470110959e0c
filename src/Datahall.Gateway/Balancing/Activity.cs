using System.Runtime.InteropServices;

namespace Datahall.Gateway.Balancing;

/// <summary>What each request changes of its destination, by itself on its cache lines: what stands beside it is read much and changed seldom.</summary>
[StructLayout(LayoutKind.Explicit, Size = Apart + 64 + Apart)]
internal struct Activity
{
    private const int Apart = 128; // Two lines: neighbours are fetched together.

    /// <summary>Requests sent and not yet answered.</summary>
    [FieldOffset(Apart)]
    public int InFlight;

    /// <summary>1 while a thread takes a sample.</summary>
    [FieldOffset(Apart + 4)]
    public int IsSampling;

    /// <summary>The average of latencies, in seconds; 0: none is known.</summary>
    [FieldOffset(Apart + 8)]
    public double Latency;

    /// <summary>When the average was last changed, in nanoseconds.</summary>
    [FieldOffset(Apart + 16)]
    public long Sampled;

    /// <summary>When its last byte came, in nanoseconds.</summary>
    [FieldOffset(Apart + 24)]
    public long LastByte;

    /// <summary>Requests that succeeded.</summary>
    [FieldOffset(Apart + 32)]
    public long Succeeded;

    /// <summary>Requests that failed.</summary>
    [FieldOffset(Apart + 40)]
    public long Failed;
}
