using System.Numerics;

namespace Datahall.Gateway.Epoll;

/// <summary>Something that has a deadline.</summary>
internal abstract class TimerNode
{
    /// <summary>No deadline.</summary>
    public const long Never = long.MaxValue;

    /// <summary>When <see cref="OnDeadline"/> is due, in nanoseconds; set by <see cref="TimerWheel.Set"/>.</summary>
    public long Deadline { get; internal set; } = Never;

    internal TimerNode? Next { get; set; }

    internal TimerNode? Previous { get; set; }

    internal long Tick { get; set; } = -1;

    /// <summary>The deadline has come.</summary>
    public abstract void OnDeadline();
}

/// <summary>Deadlines of many connections, to 16 ms. Moving a deadline away costs nothing: it is looked at again when its old time comes.</summary>
/// <remarks>A hashed wheel (Varghese and Lauck, SOSP 1987, scheme 6) of 512 slots. What lies beyond them is looked at once a turn, about every 8 s.</remarks>
internal sealed class TimerWheel(long now)
{
    private const int Slots = 512;
    private const long TickNanoseconds = 16_000_000;

    private readonly TimerNode?[] heads = new TimerNode?[Slots];
    private readonly ulong[] occupied = new ulong[Slots / 64];
    private long current = now / TickNanoseconds;

    /// <summary>Sets or moves a deadline.</summary>
    public void Set(TimerNode node, long deadline)
    {
        node.Deadline = deadline;
        if (deadline is TimerNode.Never)
        {
            return;
        }

        var tick = TickOf(deadline);
        if (node.Tick >= 0)
        {
            if (node.Tick <= tick)
            {
                return;
            }

            Unlink(node);
        }

        Link(node, tick);
    }

    /// <summary>Forgets a deadline.</summary>
    public void Clear(TimerNode node)
    {
        node.Deadline = TimerNode.Never;
        if (node.Tick >= 0)
        {
            Unlink(node);
        }
    }

    /// <summary>Calls all whose deadline has come.</summary>
    public void Advance(long now)
    {
        var last = now / TickNanoseconds;
        current = Math.Max(current, last - Slots);
        while (current < last)
        {
            current++;
            while (heads[current % Slots] is { } node)
            {
                Unlink(node);
                if (node.Deadline <= now)
                {
                    node.Deadline = TimerNode.Never;
                    node.OnDeadline();
                }
                else if (node.Deadline is not TimerNode.Never)
                {
                    Link(node, TickOf(node.Deadline));
                }
            }
        }
    }

    /// <summary>How long nothing can be due, in milliseconds; -1: there is no deadline.</summary>
    public int QuietMilliseconds(long now)
    {
        for (var ahead = 1L; ahead < Slots;)
        {
            var slot = (int)((current + ahead) % Slots);
            var rest = occupied[slot / 64] >> (slot % 64);
            if (rest != 0)
            {
                var tick = current + ahead + BitOperations.TrailingZeroCount(rest);
                return (int)Math.Max(0, (((tick + 1) * TickNanoseconds) - now) / 1_000_000);
            }

            ahead += 64 - (slot % 64);
        }

        return -1;
    }

    private long TickOf(long deadline) => Math.Clamp((deadline / TickNanoseconds) + 1, current + 1, current + Slots - 1);

    private void Link(TimerNode node, long tick)
    {
        var slot = (int)(tick % Slots);
        var head = heads[slot];
        (node.Tick, node.Previous, node.Next) = (tick, null, head);
        head?.Previous = node;
        heads[slot] = node;
        occupied[slot / 64] |= 1UL << (slot % 64);
    }

    private void Unlink(TimerNode node)
    {
        var slot = (int)(node.Tick % Slots);
        if (node.Previous is { } previous)
        {
            previous.Next = node.Next;
        }
        else
        {
            heads[slot] = node.Next;
            if (node.Next is null)
            {
                occupied[slot / 64] &= ~(1UL << (slot % 64));
            }
        }

        node.Next?.Previous = node.Previous;
        (node.Next, node.Previous, node.Tick) = (null, null, -1);
    }
}
