using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Cluster;

public sealed partial class ClusterState
{
    // Enough for a step's placements; a tree that has missed more counts anew.
    private const int RememberedChanges = 4096;

    private readonly int[] changed = new int[RememberedChanges * 2];
    private readonly Dictionary<(object Policy, PlacementRequest Request), ScoreTree> trees = [];
    private int changedCount;

    /// <summary>Counts changes of what is free on a node.</summary>
    internal long Version { get; private set; }

    /// <summary>Counts changes of which nodes there are and what they have: what scores are measured by.</summary>
    internal long Layout { get; private set; }

    /// <summary>The slot of the node at a place in the order of names.</summary>
    internal int SlotAt(int place) => slotsByRank[place];

    /// <summary>The slots that changed since a version, oldest first, some of them more than once; false when that is too long ago.</summary>
    internal bool TryChangesSince(long version, out ReadOnlySpan<int> slots)
    {
        var missed = Version - version;
        var known = version >= 0 && missed <= changedCount;
        slots = known ? changed.AsSpan(changedCount - (int)missed, (int)missed) : [];
        return known;
    }

    /// <summary>The tournament of a policy for a request, kept for the next question.</summary>
    internal ScoreTree TreeFor(object policy, PlacementRequest request, Func<ClusterState, PlacementRequest, INodeScore> scoring)
    {
        if (!trees.TryGetValue((policy, request), out var tree))
        {
            // All trees together stay within some 32 MB.
            if (trees.Count >= Math.Max(8, 2_000_000 / Math.Max(1, Slots)))
            {
                trees.Clear();
            }

            trees[(policy, request)] = tree = new(this, request, scoring);
        }

        return tree;
    }

    private void NoteChange(int slot)
    {
        Version++;
        if (changedCount == changed.Length)
        {
            changed.AsSpan(RememberedChanges).CopyTo(changed);
            changedCount = RememberedChanges;
        }

        changed[changedCount++] = slot;
    }
}
