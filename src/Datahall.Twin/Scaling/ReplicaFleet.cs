using Datahall.Twin.Traces.Inference;

namespace Datahall.Twin.Scaling;

/// <summary>Replicas that start, take requests, are drained and end; and a gateway that holds requests while there is none.</summary>
/// <remarks>A request goes to the replica with the fewest. Of superfluous replicas those that have not started yet go first, then the youngest, as in the core.</remarks>
internal sealed class ReplicaFleet(InferenceModel model, double startSeconds, double begin)
{
    private readonly List<Replica> replicas = []; // By age, those being drained too.
    private readonly Queue<InferenceRequest> held = [];
    private readonly List<double> came = [];
    private readonly List<double> latencies = [];
    private double now = begin;

    /// <summary>When each answered request came, in seconds, in the order of the answers.</summary>
    public IReadOnlyList<double> Came => came;

    /// <summary>How long each took, in seconds, in the same order.</summary>
    public IReadOnlyList<double> Latencies => latencies;

    /// <summary>How many replicas there are that are not being drained.</summary>
    public int Wanted { get; private set; }

    /// <summary>How many replicas take requests.</summary>
    public int Ready => replicas.Count(IsReady);

    /// <summary>Requests at replicas.</summary>
    public int InFlight => replicas.Sum(static replica => replica.Server.Load);

    /// <summary>Requests that wait for a first replica.</summary>
    public int Waiting => held.Count;

    /// <summary>The time that replicas were there, starting and draining included, in seconds.</summary>
    public double ReplicaSeconds { get; private set; }

    /// <summary>How many replicas were started.</summary>
    public int Starts { get; private set; }

    /// <summary>Makes replicas or drains them.</summary>
    public void Scale(int wanted)
    {
        for (; Wanted < wanted; Wanted++)
        {
            replicas.Add(new(new(model, 0, 0), now + startSeconds));
            Starts++;
        }

        for (; Wanted > wanted; Wanted--)
        {
            var victim = replicas.FindLastIndex(replica => !replica.IsDraining && !IsReady(replica));
            victim = victim >= 0 ? victim : replicas.FindLastIndex(static replica => !replica.IsDraining);
            replicas[victim].IsDraining = true;
        }
    }

    /// <summary>Takes the requests of the next second in order, and goes on to its end.</summary>
    public void Advance(IEnumerable<InferenceRequest> requests)
    {
        while (held.Count > 0 && replicas.Any(IsReady))
        {
            Send(held.Dequeue());
        }

        foreach (var request in requests)
        {
            if (replicas.Any(IsReady))
            {
                Send(request);
            }
            else
            {
                held.Enqueue(request);
            }
        }

        now++;
        foreach (var replica in replicas)
        {
            replica.Server.Advance(now);
            came.AddRange(replica.Server.Came);
            latencies.AddRange(replica.Server.Latencies);
            replica.Server.Came.Clear();
            replica.Server.Latencies.Clear();
            replica.Server.FirstTokens.Clear();
        }

        ReplicaSeconds += replicas.Count;
        replicas.RemoveAll(static replica => replica.IsDraining && replica.Server.Load == 0);
    }

    private bool IsReady(Replica replica) => !replica.IsDraining && replica.ReadyAt <= now;

    private void Send(InferenceRequest request)
    {
        Replica? best = null;
        foreach (var replica in replicas)
        {
            if (IsReady(replica))
            {
                replica.Server.Advance(Math.Max(now, request.Seconds));
                best = best is null || replica.Server.Load < best.Server.Load ? replica : best;
            }
        }

        best!.Server.Take(request);
    }

    private sealed class Replica(InferenceServer server, double readyAt)
    {
        public InferenceServer Server => server;

        public double ReadyAt => readyAt;

        public bool IsDraining { get; set; }
    }
}
