using Datahall.Gateway.Epoll;

namespace Datahall.Gateway.Tests.Epoll;

/// <summary>Waiting for events, and letting others run before it.</summary>
public sealed class PollerTests
{
    private const long Microsecond = 1000;
    private const long Millisecond = 1000 * Microsecond;

    [Fact]
    public void Thread_that_serves_one_at_a_time_sleeps_at_once()
    {
        var policy = default(YieldPolicy);

        Assert.False(policy.ShouldYield(0, 5));
        Assert.False(policy.ShouldYield(1, 5));
        Assert.False(policy.ShouldYield(-1, 5)); // The wait was interrupted.
        Assert.True(policy.ShouldYield(2, 5));
    }

    [Fact]
    public void Who_had_to_wait_long_for_the_processor_loses_at_most_a_fiftieth_of_the_time()
    {
        var policy = default(YieldPolicy);
        policy.OnYielded(0, 900 * Microsecond); // Others served requests.
        Assert.True(policy.ShouldYield(2, 900 * Microsecond));

        policy.OnYielded(1 * Millisecond, 5 * Millisecond); // Somebody computes.

        Assert.False(policy.ShouldYield(200, 5 * Millisecond));
        Assert.False(policy.ShouldYield(200, (205 * Millisecond) - 1));
        Assert.True(policy.ShouldYield(2, 205 * Millisecond));
    }

    [Fact]
    public unsafe void Events_are_found_with_a_yield_before_the_wait_and_without()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("epoll is Linux's");
        }

        using var poller = new Poller();
        var counters = Enumerable.Range(0, 3).Select(_ => Libc.NewEvent()).ToArray();
        try
        {
            for (var i = 0; i < counters.Length; i++)
            {
                Assert.True(poller.TryWatch(counters[i], Libc.In | Libc.EdgeTriggered, (ulong)i + 7));
            }

            Assert.Equal(0, poller.Wait(0));
            Assert.Equal([7UL], RingAndWait(0..1)); // After no event there is no yield, after three there is one.
            Assert.Equal([7UL, 8UL, 9UL], RingAndWait(0..3));
            Assert.Equal([8UL, 9UL], RingAndWait(1..3));
            Assert.Equal(0, poller.Wait(1)); // Nothing of the last turn is seen again.
            Assert.Equal(0, poller.Wait(1));
        }
        finally
        {
            Assert.All(counters, static fd => Assert.Equal(0, Libc.Close(fd)));
        }

        List<ulong> RingAndWait(Range range)
        {
            var one = 1UL;
            foreach (var fd in counters[range])
            {
                Assert.Equal(sizeof(ulong), Libc.Write(fd, &one, sizeof(ulong)));
            }

            var count = poller.Wait(-1);
            Assert.All(Enumerable.Range(0, count), i => Assert.Equal(Libc.In, poller.EventsOf(i)));
            return [.. Enumerable.Range(0, count).Select(poller.DataOf).Order()];
        }
    }
}
