namespace Datahall.Energy.Tests;

/// <summary>Asserts that code allocates nothing once it is warm.</summary>
internal static class Allocation
{
    public static void None(Action step)
    {
        for (var i = 0; i < 100; i++)
        {
            step();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            step();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
