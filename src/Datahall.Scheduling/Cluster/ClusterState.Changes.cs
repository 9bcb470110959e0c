using Datahall.Scheduling.Fragmentation;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Cluster;

public sealed partial class ClusterState
{
    // Enough for a step's placements; a follower that has missed more counts anew.
    private const int RememberedChanges = 4096;

    // All tournaments together stay within some 256 MB: at 16 bytes a leaf and leaf's share of the inner nodes.
    private const int MostLeaves = 16_000_000;

    private readonly int[] changed = new int[RememberedChanges * 2];
    private readonly Dictionary<(object Owner, PlacementRequest Request), NodeFollower> followers = [];
    private readonly Dictionary<object, object> memories = [];
    private int[] marks = new int[16];
    private int changedCount;
    private int mark;
    private long topologyLayout = -1;

    /// <summary>What kinds of tasks there are, for policies that look ahead; empty until somebody fills it.</summary>
    public WorkloadMix Mix { get; set; } = new();

    /// <summary>Counts changes of what is free on a node.</summary>
    internal long Version { get; private set; }

    /// <summary>Counts changes of which nodes there are and what they have: what scores are measured by.</summary>
    internal long Layout { get; private set; }

    /// <summary>Counts the tasks that came, those on trial left out.</summary>
    internal long Taken { get; private set; }

    /// <summary>The version in which each slot changed last. Shape [slots].</summary>
    internal ReadOnlySpan<long> Stamp => stamp.AsSpan(0, Slots);

    /// <summary>The domains of every level.</summary>
    internal TopologyMap Topology
    {
        get
        {
            if (field is null || topologyLayout != Layout)
            {
                (field, topologyLayout) = (new(this), Layout);
            }

            return field;
        }
    }

    /// <summary>The slot of the node at a place in the order of nodes.</summary>
    internal int SlotAt(int place) => slotsByRank[place];

    /// <summary>The slots that changed since a version, oldest first, some of them more than once; false when that is too long ago.</summary>
    internal bool TryChangesSince(long version, out ReadOnlySpan<int> slots)
    {
        var missed = Version - version;
        var known = version >= 0 && missed <= changedCount;
        slots = known ? changed.AsSpan(changedCount - (int)missed, (int)missed) : [];
        return known;
    }

    /// <summary>Begins a round of <see cref="Mark"/>.</summary>
    internal void BeginMarks() => mark++;

    /// <summary>Marks a slot; false when it was marked in this round.</summary>
    internal bool Mark(int slot)
    {
        var fresh = marks[slot] != mark;
        marks[slot] = mark;
        return fresh;
    }

    /// <summary>The tournament of a policy for a request, kept for the next question.</summary>
    internal ScoreTree TreeFor(object policy, PlacementRequest request, Func<ClusterState, PlacementRequest, INodeScore> scoring)
    {
        if (!followers.TryGetValue((policy, request), out var tree))
        {
            Trim();
            followers[(policy, request)] = tree = new ScoreTree(this, request, scoring);
        }

        return (ScoreTree)tree;
    }

    /// <summary>The count of copies of a request that fit, kept for the next question.</summary>
    internal RoomCount RoomFor(PlacementRequest request)
    {
        if (!followers.TryGetValue((typeof(RoomCount), request), out var room))
        {
            Trim();
            followers[(typeof(RoomCount), request)] = room = new RoomCount(this, request);
        }

        return (RoomCount)room;
    }

    /// <summary>What a policy keeps for this cluster.</summary>
    internal T Memory<T>(object policy, Func<ClusterState, T> make)
        where T : class
    {
        if (!memories.TryGetValue(policy, out var memory))
        {
            memories[policy] = memory = make(this);
        }

        return (T)memory;
    }

    private void Trim()
    {
        if (followers.Count >= Math.Max(16, MostLeaves / Math.Max(1, Slots)))
        {
            followers.Clear();
        }
    }

    private void NoteChange(int slot)
    {
        Version++;
        stamp[slot] = Version;
        if (changedCount == changed.Length)
        {
            changed.AsSpan(RememberedChanges).CopyTo(changed);
            changedCount = RememberedChanges;
        }

        changed[changedCount++] = slot;
    }

    // Affinity to work in the same rack: what comes to a node changes what its neighbours answer.
    private void NoteRack(int slot)
    {
        const int rackLevel = 3;
        if (!affinity.ReachesRacks)
        {
            return;
        }

        var domain = Topology.DomainOf(rackLevel)[rank[slot]];
        if (domain >= 0)
        {
            var range = Topology.Domains(rackLevel)[domain];
            for (var place = range.From; place < range.To; place++)
            {
                NoteChange(SlotAt(place));
            }
        }
    }
}
