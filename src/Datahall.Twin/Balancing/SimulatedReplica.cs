namespace Datahall.Twin.Balancing;

/// <summary>A replica: requests in slots, first come first served, or all at once sharing the slots evenly.</summary>
/// <remarks>
/// All requests in service advance alike, so one virtual time tells when each ends: an arrival or a slowdown changes its rate, and no request has to be visited.
/// </remarks>
internal sealed class SimulatedReplica(int slots, ServiceOrder order, double factor)
{
    private readonly PriorityQueue<int, double> serving = new();
    private readonly Queue<int> waiting = new();
    private double done; // Seconds of work that a request has had that is in service since the start.
    private double updated;

    /// <summary>How many times longer all takes now than it would on this replica alone.</summary>
    public double Slowing { get; private set; } = 1;

    /// <summary>How many requests of all gateways are here.</summary>
    public int InFlight => serving.Count + waiting.Count;

    /// <summary>When the world looks here next, in seconds.</summary>
    public double Due { get; set; } = double.PositiveInfinity;

    /// <summary>What it keeps of prompts.</summary>
    public PromptCache? Cache { get; init; }

    /// <summary>What it answers probes from.</summary>
    public LoadLatency Known { get; } = new();

    /// <summary>Whether it answers everything with an error.</summary>
    public bool IsFailing { get; set; }

    /// <summary>When the next request ends, in seconds; infinite: none is in service.</summary>
    public double NextEnd => serving.TryPeek(out _, out var end) ? updated + (Math.Max(end - done, 0) / Rate) : double.PositiveInfinity;

    private double Rate => (order is ServiceOrder.Sharing ? Math.Min(1, (double)slots / serving.Count) : 1) / (factor * Slowing);

    /// <summary>Puts a request in line.</summary>
    public void Take(int request) => waiting.Enqueue(request);

    /// <summary>The next request that can begin, or -1.</summary>
    public int NextToBegin() => order is ServiceOrder.Sharing || serving.Count < slots ? waiting.TryDequeue(out var request) ? request : -1 : -1;

    /// <summary>Begins a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="now">The time, in seconds.</param>
    /// <param name="work">How long it takes alone on a replica of factor 1, in seconds.</param>
    public void Begin(int request, double now, double work)
    {
        Advance(now);
        serving.Enqueue(request, done + work);
    }

    /// <summary>Takes out a request that has ended, or tells -1.</summary>
    public int End(double now)
    {
        Advance(now);
        return serving.TryPeek(out _, out var end) && end <= done + 1e-12 ? serving.Dequeue() : -1;
    }

    /// <summary>Changes how much all is slowed.</summary>
    public void Slow(double now, double slowing)
    {
        Advance(now);
        Slowing = slowing;
    }

    private void Advance(double now)
    {
        done += serving.Count > 0 ? (now - updated) * Rate : 0;
        updated = now;
    }
}
