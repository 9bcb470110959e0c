namespace Datahall.Twin.Time;

/// <summary>Time that passes only when the next thing happens.</summary>
/// <remarks>Things at the same time happen in the order in which they were asked for.</remarks>
internal sealed class VirtualTime(DateTimeOffset start)
{
    private readonly PriorityQueue<Action, (DateTimeOffset At, long Order)> events = new();
    private long order;

    /// <summary>The time.</summary>
    public DateTimeOffset Now { get; private set; } = start;

    /// <summary>Lets something happen later.</summary>
    public void After(TimeSpan delay, Action action) => events.Enqueue(action, (Now + delay, order++));

    /// <summary>Lets the next thing happen, unless it lies after the end.</summary>
    public bool Advance(DateTimeOffset end)
    {
        if (!events.TryPeek(out var action, out var due) || due.At > end)
        {
            Now = end > Now ? end : Now;
            return false;
        }

        events.Dequeue();
        Now = due.At;
        action();
        return true;
    }
}
