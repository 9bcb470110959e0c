using System.Runtime.InteropServices;
using Datahall.Gateway.Dispatch;

namespace Datahall.Gateway.Epoll;

/// <summary>Waits for what happens at the sockets of one thread: an epoll instance.</summary>
internal sealed unsafe class Poller : IDisposable
{
    private const int MostEvents = 256;

    private readonly int epoll;
    private readonly EpollEvents events = new(RuntimeInformation.ProcessArchitecture, MostEvents);
    private readonly EpollEvents registration = new(RuntimeInformation.ProcessArchitecture, 1);
    private YieldPolicy yields;
    private int count;

    /// <summary>Opens it.</summary>
    /// <exception cref="InvalidOperationException">The system gives no more of them.</exception>
    public Poller()
    {
        epoll = Libc.NewEpoll();
        if (epoll < 0)
        {
            throw new InvalidOperationException($"epoll is not to be had: error {Libc.LastError}");
        }
    }

    /// <summary>Watches a descriptor.</summary>
    /// <param name="fd">The descriptor. To close it ends the watch.</param>
    /// <param name="wanted">The events.</param>
    /// <param name="data">What they shall come with.</param>
    public bool TryWatch(int fd, uint wanted, ulong data) => Libc.TryWatch(epoll, fd, registration.Fill(0, wanted, data));

    /// <summary>Waits until there are events.</summary>
    /// <param name="milliseconds">How long at most; 0: not at all; -1: for ever.</param>
    /// <returns>How many events there are; 0 or less: none.</returns>
    public int Wait(int milliseconds)
    {
        if (milliseconds == 0 || !TryYield())
        {
            count = Libc.EpollWait(epoll, events.Pointer, events.Count, milliseconds);
        }

        return count;
    }

    /// <summary>What happened.</summary>
    public uint EventsOf(int index) => events.EventsOf(index);

    /// <summary>What the descriptor is watched with.</summary>
    public ulong DataOf(int index) => events.DataOf(index);

    public void Dispose()
    {
        _ = Libc.Close(epoll);
        events.Dispose();
        registration.Dispose();
    }

    // True: there are events.
    private bool TryYield()
    {
        var now = GatewayClock.Now;
        if (!yields.ShouldYield(count, now))
        {
            return false;
        }

        Libc.Yield();
        count = Libc.EpollWait(epoll, events.Pointer, events.Count, 0);
        yields.OnYielded(now, GatewayClock.Now);
        return count > 0;
    }
}
