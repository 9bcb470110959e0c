using Datahall.Control.Agents;
using Datahall.Control.Core;

namespace Datahall.Control.Nodes;

/// <summary>When each node's agent was last heard of. Not durable: a core that starts gives every node a fresh lease.</summary>
internal sealed class NodeLeases(CoreOptions options)
{
    private readonly SortedDictionary<string, Lease> leases = new(StringComparer.Ordinal);
    private DateTimeOffset lastStep;
    private DateTimeOffset? nextCheck;
    private DateTimeOffset? checkBeforeStep;

    /// <summary>When a lease can end at the earliest.</summary>
    public DateTimeOffset? Next => leases.Count == 0 ? null : nextCheck;

    /// <summary>The node's lease, or null.</summary>
    public Lease? Find(string node) => leases.GetValueOrDefault(node);

    /// <summary>Starts the lease of an agent that registers, or renews it when the same session registers twice.</summary>
    public Lease Register(string node, string session, DateTimeOffset now, long revision)
    {
        var lease = leases.GetValueOrDefault(node);
        if (lease?.Session != session)
        {
            leases[node] = lease = new() { Session = session, InOrder = true };
        }

        (lease.LastSeen, lease.DesiredRevision) = (now, revision);
        nextCheck ??= now + options.Lease.TimeSpan;
        return lease;
    }

    /// <summary>Starts the lease of an agent that registered with an earlier life of the core.</summary>
    public Lease Resume(string node, DateTimeOffset now, long revision)
    {
        nextCheck ??= now + options.Lease.TimeSpan;
        return leases[node] = new() { LastSeen = now, DesiredRevision = revision };
    }

    /// <summary>Renews a lease.</summary>
    public void Hear(Lease lease, DateTimeOffset now)
    {
        lease.LastSeen = now;
        nextCheck ??= now + options.Lease.TimeSpan; // Every other lease had ended.
    }

    /// <summary>Ends a lease.</summary>
    public void End(string node) => leases.Remove(node);

    /// <summary>
    /// Takes up the time of a step. A long silence between two steps is the core's own (it was suspended, or the clock jumped): no agent
    /// could have been heard, so the leases are longer by as much.
    /// </summary>
    public void Advance(DateTimeOffset now)
    {
        var gap = now - lastStep;
        if (lastStep != default && gap > options.Lease.TimeSpan / 2)
        {
            foreach (var lease in leases.Values)
            {
                lease.LastSeen += gap;
            }

            nextCheck += gap;
        }

        lastStep = now;
        checkBeforeStep = nextCheck;
    }

    /// <summary>Looks again at the leases that had ended in the last step, and forgets its orders: what was decided was taken back.</summary>
    public void Recheck(long revision)
    {
        nextCheck = checkBeforeStep;
        foreach (var lease in leases.Values)
        {
            lease.DesiredRevision = Math.Min(lease.DesiredRevision, revision);
        }
    }

    /// <summary>The nodes whose lease has ended since the last look, by name.</summary>
    public IReadOnlyList<string> Ended(DateTimeOffset now)
    {
        if (nextCheck is null || now < nextCheck)
        {
            return [];
        }

        var ended = new List<string>();
        nextCheck = null;
        foreach (var (node, lease) in leases)
        {
            var end = lease.LastSeen + options.Lease.TimeSpan;
            if (end <= now)
            {
                ended.Add(node);
            }
            else if (nextCheck is null || end < nextCheck)
            {
                nextCheck = end;
            }
        }

        return ended;
    }
}

/// <summary>What is known of a node's agent since the core started.</summary>
internal sealed class Lease
{
    /// <summary>When the agent was last heard of.</summary>
    public DateTimeOffset LastSeen { get; set; }

    /// <summary>The session that registered with this life of the core; empty when it registered with an earlier one.</summary>
    public string Session { get; init; } = "";

    /// <summary>
    /// Whether the order of the agent's reports is known: it registered with this life of the core, or has heard of it. Until then a report may be
    /// an old one that was long on its way.
    /// </summary>
    public bool InOrder { get; set; }

    /// <summary>The sequence of its last report.</summary>
    public long Sequence { get; set; }

    /// <summary>The tasks of its last report that named them.</summary>
    public IReadOnlyList<AttemptReport>? Tasks { get; set; }

    /// <summary>The revision at which the node's desired tasks last changed: an agent that has not applied it is told again.</summary>
    public long DesiredRevision { get; set; }

    /// <summary>The revision those tasks answer to.</summary>
    public long AppliedRevision { get; set; }
}
