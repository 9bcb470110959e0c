using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Policies;

namespace Datahall.Scheduling.Placement;

/// <summary>Finds places for a whole gang or none, in the narrowest domain that holds it.</summary>
/// <remarks>
/// Levels are tried from the NVLink domain to the site; on a level, the domain with the least room that still holds every role comes first. A gang that no
/// domain holds whole is spread over as few domains as possible. Within a domain the policy chooses node by node, and for a task alone among all nodes. The cluster is as before when the call
/// returns: whoever commits the plan takes it. How many copies of a request fit in each domain is kept between calls, so a gang costs O(domains + members × log nodes).
/// Not safe for concurrent use.
/// </remarks>
public sealed class GangPlacer
{
    private readonly List<Choice> choices = [];
    private readonly List<PlacementRequest> roles = [];
    private readonly List<RoomCount> rooms = [];
    private readonly List<int> roleOf = [];
    private readonly List<int> wanted = [];

    /// <summary>Finds a place for every member, or says why not.</summary>
    /// <param name="cluster">What is free.</param>
    /// <param name="requests">What each member asks for.</param>
    /// <param name="policy">Chooses the node within a domain.</param>
    /// <param name="draws">A random number for each member, as policies want it.</param>
    /// <returns>The places in the order of the members, or the first member without one and the reason.</returns>
    /// <exception cref="ArgumentException">There is not one draw for each member.</exception>
    public GangPlan Place(ClusterState cluster, IReadOnlyList<PlacementRequest> requests, IPlacementPolicy policy, ReadOnlySpan<ulong> draws)
    {
        if (draws.Length != requests.Count)
        {
            throw new ArgumentException($"there are {requests.Count} members and {draws.Length} draws", nameof(draws));
        }

        choices.Clear();
        CountRoles(cluster, requests);
        var level = requests.Count == 1
            ? TryAlone(cluster, requests, policy, draws)
            : TryDomains(cluster, requests, policy, draws) ?? (TrySpread(cluster, requests, policy, draws) ? GangPlan.Cluster : null);
        var plan = level is not null
            ? new GangPlan([.. choices], level, null)
            : Refuse(cluster, requests, policy, draws);
        Undo(cluster, requests, 0);
        return plan;
    }

    private void CountRoles(ClusterState cluster, IReadOnlyList<PlacementRequest> requests)
    {
        roles.Clear();
        rooms.Clear();
        roleOf.Clear();
        wanted.Clear();
        for (var i = 0; i < requests.Count; i++)
        {
            var role = roles.Count - 1;
            while (role >= 0 && !roles[role].Equals(requests[i]))
            {
                role--;
            }

            if (role < 0)
            {
                role = roles.Count;
                roles.Add(requests[i]);
                wanted.Add(0);
                rooms.Add(cluster.RoomFor(requests[i]));
            }

            roleOf.Add(role);
            wanted[role]++;
        }

        UpdateRooms();
    }

    // One task talks to nobody within its gang: every node is as near, and the policy alone chooses.
    private string? TryAlone(ClusterState cluster, IReadOnlyList<PlacementRequest> requests, IPlacementPolicy policy, ReadOnlySpan<ulong> draws)
    {
        Fill(cluster, requests, policy, draws, NodeRange.All);
        return choices.Count == 1 ? GangPlan.Cluster : null;
    }

    private string? TryDomains(ClusterState cluster, IReadOnlyList<PlacementRequest> requests, IPlacementPolicy policy, ReadOnlySpan<ulong> draws)
    {
        for (var level = NodeTopology.Levels.Count - 1; level >= 0; level--)
        {
            // The count is a bound when roles share nodes: a domain may prove too small after all, and the next one is tried.
            const int attempts = 4;
            var after = (Room: -1L, Domain: -1);
            for (var attempt = 0; attempt < attempts && Tightest(cluster, level, after) is { Domain: >= 0 } found; attempt++)
            {
                if (FillChildren(cluster, requests, policy, draws, cluster.Topology.Domains(level)[found.Domain], level + 1))
                {
                    return NodeTopology.Levels[level];
                }

                Undo(cluster, requests, 0);
                UpdateRooms();
                after = found;
            }
        }

        return null;
    }

    private void UpdateRooms()
    {
        foreach (var room in rooms)
        {
            room.Update();
        }
    }

    // Nobody's domain holds the gang: whole sites first, then plainly anywhere, which also reaches nodes whose domain nobody knows.
    private bool TrySpread(ClusterState cluster, IReadOnlyList<PlacementRequest> requests, IPlacementPolicy policy, ReadOnlySpan<ulong> draws)
    {
        for (var role = 0; role < roles.Count; role++)
        {
            if (rooms[role].All < wanted[role])
            {
                return false;
            }
        }

        if (FillChildren(cluster, requests, policy, draws, NodeRange.All, 0))
        {
            return true;
        }

        Undo(cluster, requests, 0);
        Fill(cluster, requests, policy, draws, NodeRange.All);
        return choices.Count == requests.Count;
    }

    // The tightest domain after the one that was tried, in the order of room and then of place.
    private (long Room, int Domain) Tightest(ClusterState cluster, int level, (long Room, int Domain) after)
    {
        var best = (Room: long.MaxValue, Domain: -1);
        for (var domain = 0; domain < cluster.Topology.Domains(level).Count; domain++)
        {
            var (sum, holds) = (0L, true);
            for (var role = 0; role < rooms.Count; role++)
            {
                var room = rooms[role].ByDomain(level)[domain];
                holds &= room >= wanted[role];
                sum += room;
            }

            if (holds && sum < best.Room && (sum, domain).CompareTo(after) > 0)
            {
                best = (sum, domain);
            }
        }

        return best;
    }

    // Within a domain the members that are left go to as few of the domains below as possible: the one with the most room first, and at the end the tightest
    // that holds the rest.
    private bool FillChildren(
        ClusterState cluster, IReadOnlyList<PlacementRequest> requests, IPlacementPolicy policy, ReadOnlySpan<ulong> draws, NodeRange range, int level)
    {
        while (level < NodeTopology.Levels.Count && !HasChildren(cluster, range, level))
        {
            level++;
        }

        if (level < NodeTopology.Levels.Count)
        {
            while (choices.Count < requests.Count && NextChild(cluster, requests, range, level) is { Count: > 0 } child)
            {
                var before = choices.Count;
                FillChildren(cluster, requests, policy, draws, child, level + 1);
                if (choices.Count == before)
                {
                    break;
                }
            }
        }

        Fill(cluster, requests, policy, draws, range);
        return choices.Count == requests.Count;
    }

    private static bool HasChildren(ClusterState cluster, NodeRange range, int level)
    {
        if (cluster.Topology.Domains(level).Count == 0)
        {
            return false;
        }

        var of = cluster.Topology.DomainOf(level);
        for (var rank = range.From; rank < Math.Min(range.To, of.Length); rank++)
        {
            if (of[rank] >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private NodeRange NextChild(ClusterState cluster, IReadOnlyList<PlacementRequest> requests, NodeRange range, int level)
    {
        var of = cluster.Topology.DomainOf(level);
        var (left, room) = (requests.Count - choices.Count, rooms[roleOf[choices.Count]]);
        room.Update();
        var (best, bestRoom) = (-1, 0L);
        for (var rank = range.From; rank < Math.Min(range.To, of.Length);)
        {
            var domain = of[rank];
            if (domain < 0)
            {
                rank++;
                continue;
            }

            var here = room.ByDomain(level)[domain];
            var better = here >= left ? bestRoom < left || here < bestRoom : here > bestRoom && bestRoom < left;
            (best, bestRoom) = better && here > 0 ? (domain, here) : (best, bestRoom);
            rank = cluster.Topology.Domains(level)[domain].To;
        }

        return best < 0 ? default : cluster.Topology.Domains(level)[best];
    }

    private void Fill(
        ClusterState cluster, IReadOnlyList<PlacementRequest> requests, IPlacementPolicy policy, ReadOnlySpan<ulong> draws, NodeRange range)
    {
        while (choices.Count < requests.Count)
        {
            var member = choices.Count;
            if (policy.Choose(cluster, requests[member], range, draws[member]) is not { } choice)
            {
                return;
            }

            cluster.Try(choice.Slot, requests[member], choice.Devices); // So that the next member sees what is left.
            choices.Add(choice);
        }
    }

    private GangPlan Refuse(ClusterState cluster, IReadOnlyList<PlacementRequest> requests, IPlacementPolicy policy, ReadOnlySpan<ulong> draws)
    {
        Undo(cluster, requests, 0);
        Fill(cluster, requests, policy, draws, NodeRange.All);
        var placed = choices.Count;
        return new([], null, new(placed, new(cluster, requests[Math.Min(placed, requests.Count - 1)], policy)));
    }

    private void Undo(ClusterState cluster, IReadOnlyList<PlacementRequest> requests, int keep)
    {
        for (var member = choices.Count - 1; member >= keep; member--)
        {
            cluster.GiveBack(choices[member].Slot, requests[member], choices[member].Devices);
        }

        choices.RemoveRange(keep, choices.Count - keep);
    }
}
