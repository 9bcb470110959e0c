namespace Datahall.Fleet.Tests;

/// <summary>A clock that a test moves; it has no timers.</summary>
internal sealed class ManualTime : TimeProvider
{
    private TimeSpan passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => passed.Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + passed;

    public void Pass(TimeSpan span) => passed += span;
}
