using System.Diagnostics;

namespace Datahall.Gateway.Dispatch;

/// <summary>The clock of the data plane: nanoseconds that never go back, from any origin.</summary>
/// <remarks>Not an injected clock: it is read several times for each request, and nothing but the order and the length of time is taken from it.</remarks>
public static class GatewayClock
{
    private static readonly double scale = 1e9 / Stopwatch.Frequency;

    /// <summary>Now, in nanoseconds.</summary>
    public static long Now => Stopwatch.Frequency == 1_000_000_000 ? Stopwatch.GetTimestamp() : (long)(Stopwatch.GetTimestamp() * scale);
}
