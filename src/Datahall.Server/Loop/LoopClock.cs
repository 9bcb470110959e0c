namespace Datahall.Server.Loop;

/// <summary>The core's time: the wall clock at start plus what a monotonic clock counted since.</summary>
/// <remarks>It never goes backwards and never jumps, whatever happens to the wall clock meanwhile. Thread-safe.</remarks>
internal sealed class LoopClock(TimeProvider time)
{
    private readonly long startTimestamp = time.GetTimestamp();

    /// <summary>The time now.</summary>
    public DateTimeOffset Now => Started + time.GetElapsedTime(startTimestamp);

    /// <summary>When the control plane started.</summary>
    public DateTimeOffset Started { get; } = time.GetUtcNow();
}
