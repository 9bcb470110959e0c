namespace Datahall;

/// <summary>Measures what code allocates once it is warm.</summary>
internal static class Allocation
{
    private const int Rounds = 5;

    /// <summary>The bytes of a round: the least of some, for a collection that another test causes counts what is left of this thread's buffer. What is allocated is so in every round.</summary>
    public static long Of(Action round)
    {
        round();
        var least = long.MaxValue;
        for (var i = 0; i < Rounds && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>Asserts that a step allocates nothing.</summary>
    public static void None(Action step) => Assert.Equal(0, Of(() =>
    {
        for (var i = 0; i < 1_000; i++)
        {
            step();
        }
    }));
}
