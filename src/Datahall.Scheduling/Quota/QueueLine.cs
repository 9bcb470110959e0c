namespace Datahall.Scheduling.Quota;

/// <summary>Hands out the waiting work of a tree of queues, one piece at a time, so that each queue comes to its fair share.</summary>
/// <remarks>
/// At each level of the tree that queue goes first whose next piece its guarantee covers; then the one with the smallest share by weight; then the
/// one whose work has the higher priority, or waits for longer. The share is the dominant one (DRF) of what is held now and of what was used lately.
/// What is handed out changes the shares of its line alone, so one piece costs O(depth × log queues).
/// </remarks>
/// <typeparam name="T">A piece of work.</typeparam>
public sealed class QueueLine<T>
    where T : class
{
    private readonly QueueLedger ledger;
    private readonly ResourceTotals capacity;
    private readonly Func<string, double> usage;
    private readonly double memory;
    private readonly Func<T, Charge[]> charges;
    private readonly IComparer<T> order;
    private readonly Dictionary<string, Branch> branches = new(StringComparer.Ordinal);
    private readonly Branch root = new("");

    /// <summary>Makes an empty line.</summary>
    /// <param name="ledger">What the queues hold; changes as work is placed.</param>
    /// <param name="capacity">What the cluster has.</param>
    /// <param name="usage">The share that a queue held lately, from 0 to 1.</param>
    /// <param name="memory">How much that counts against what is held now, from 0 to 1.</param>
    /// <param name="charges">What a piece would take, task by task.</param>
    /// <param name="order">The order of work within one queue.</param>
    public QueueLine(
        QueueLedger ledger, ResourceTotals capacity, Func<string, double> usage, double memory, Func<T, Charge[]> charges, IComparer<T> order) =>
        (this.ledger, this.capacity, this.usage, this.memory, this.charges, this.order) = (ledger, capacity, usage, memory, charges, order);

    /// <summary>Adds the work that waits in one queue, already in its order.</summary>
    public void Add(string queue, IEnumerable<T> work)
    {
        var pieces = work.GetEnumerator();
        if (!pieces.MoveNext())
        {
            return;
        }

        BranchOf(queue).Own = pieces;
    }

    /// <summary>Everything that waits, in the order in which it is to be tried; what the caller places meanwhile counts for what follows.</summary>
    public IEnumerable<T> Drain()
    {
        Fill(root);
        while (Next(root) is { } piece)
        {
            yield return piece;
            Settle(root); // What its queues hold may have changed.
        }
    }

    private Branch BranchOf(string queue)
    {
        if (!branches.TryGetValue(queue, out var branch))
        {
            branches[queue] = branch = new(queue);
            var above = ledger.Line(queue) is [_, var parent, ..] ? BranchOf(parent) : root;
            above.Below.Add(branch);
        }

        return branch;
    }

    private void Fill(Branch branch)
    {
        foreach (var below in branch.Below)
        {
            Fill(below);
            Enqueue(branch, below);
        }

        if (branch.Own is not null)
        {
            // The branch's own work stands beside the queues below it, as one more of them.
            Enqueue(branch, null);
        }
    }

    private static T? Next(Branch branch)
    {
        while (branch.Line.TryDequeue(out var below, out _))
        {
            if (below is null)
            {
                var piece = branch.Own!.Current;
                branch.Own = branch.Own.MoveNext() ? branch.Own : null;
                branch.Handed = null;
                return piece;
            }

            if (Next(below) is { } found)
            {
                branch.Handed = below;
                return found;
            }
        }

        return null;
    }

    private void Enqueue(Branch branch, Branch? below)
    {
        if (Head(below ?? branch, below is null) is { } head)
        {
            branch.Line.Enqueue(below, KeyOf(below?.Queue ?? branch.Queue, head));
        }
    }

    private static T? Head(Branch branch, bool own) =>
        own ? branch.Own?.Current : branch.Line.TryPeek(out var below, out _) ? Head(below ?? branch, below is null) : null;

    private Key KeyOf(string queue, T head)
    {
        var spec = ledger.Spec(queue);
        var held = ledger.Held(queue);
        var share = ((1 - memory) * held.DominantShare(capacity)) + (memory * usage(queue));
        return new(Guarantees.Covers(spec.Guarantee, held, charges(head)) ? 0 : 1, share / spec.Weight, head, queue, order);
    }

    private void Settle(Branch branch)
    {
        if (branch.Handed is { } below)
        {
            Settle(below);
        }

        Enqueue(branch, branch.Handed);
        branch.Handed = null;
    }

    private sealed class Branch(string queue)
    {
        public string Queue => queue;

        public List<Branch> Below { get; } = [];

        public IEnumerator<T>? Own { get; set; }

        public PriorityQueue<Branch?, Key> Line { get; } = new();

        public Branch? Handed { get; set; }
    }

    private readonly record struct Key(int Tier, double Share, T Head, string Queue, IComparer<T> Order) : IComparable<Key>
    {
        public int CompareTo(Key other) =>
            Tier != other.Tier ? Tier.CompareTo(other.Tier)
            : Math.Abs(Share - other.Share) > 1e-12 ? Share.CompareTo(other.Share)
            : Order.Compare(Head, other.Head) is var byWork and not 0 ? byWork
            : string.CompareOrdinal(Queue, other.Queue);
    }
}
