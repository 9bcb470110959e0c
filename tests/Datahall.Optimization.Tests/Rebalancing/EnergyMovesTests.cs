using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;
using Datahall.Energy.Prices;
using Datahall.Model;
using Datahall.Optimization.Rebalancing;
using Datahall.Scheduling.Batch;
using Datahall.Scheduling.Placement;
using Datahall.Scheduling.Policies;

namespace Datahall.Optimization.Tests.Rebalancing;

/// <summary>Tasks of 1.5 kW on chassis of 1 kW idle whose inlets are to stay below 25 °C, as SST's published setting has it.</summary>
public sealed class EnergyMovesTests
{
    private const double Idle = 1000;
    private const double Task = 1500;

    [Fact]
    public void Placing_by_price_and_then_moving_cools_at_least_as_cheaply_as_greedy_at_every_load_and_more_cheaply_in_all()
    {
        var facility = Facility(SharedData.Find("energy/heat_recirculation_D_40x40.mtx"));
        var (greedy, placed, moved) = (0.0, 0.0, 0.0);
        for (var busy = 1; busy < 40; busy++)
        {
            var (best, ours, after) = (Greedy(facility, busy), Placed(facility, busy, moves: 0), Placed(facility, busy, moves: 40));
            Assert.True(ours <= best + 1e-6, $"{busy} busy: placed by price {ours:0.000} W, greedy {best:0.000} W");
            Assert.True(after <= ours + 1e-6, $"{busy} busy: moved {after:0.000} W, before {ours:0.000} W");
            (greedy, placed, moved) = (greedy + best, placed + ours, moved + after);
        }

        Assert.Equal(1869.59, greedy / 1000, 0.01); // kW of cooling, added up over all loads.
        Assert.True(moved < greedy - 1000, $"greedy {greedy:0} W, placed {placed:0} W, moved {moved:0} W");
    }

    [Fact]
    public void A_move_that_wastes_more_than_it_saves_is_not_made()
    {
        // 1.5 kW are saved: in an hour 5.5 MJ, in half an hour 2.8 MJ. The work that is done again drew 1.5 kW for 3,000 s: 4.5 MJ.
        var facility = Facility(null);

        Assert.Equal("c01", Assert.Single(Moves(facility, workLost: 3_000, hours: 1, budget: 1)).To);
        Assert.Empty(Moves(facility, workLost: 3_000, hours: 0.5, budget: 1));
        Assert.Empty(Moves(facility, workLost: 0, hours: 1, budget: 0));
    }

    [Fact]
    public void Nodes_that_the_site_lacks_are_left_alone() =>
        Assert.Empty(EnergyMoves.Make(Problem([0], 0, 1), Point(Facility(null), [0]), new Dictionary<string, int>(), new()));

    private static IReadOnlyList<PlannedMove> Moves(FacilityModel facility, double workLost, double hours, int budget) =>
        EnergyMoves.Make(Problem([0], workLost, budget, facility.Blocks.Count), Point(facility, [0]), Blocks(facility.Blocks.Count), new() { Horizon = TimeSpan.FromHours(hours) });

    // Three chassis of which the first warms the second by 10 K/kW.
    private static FacilityModel Facility(string? matrix) => SiteFacility.Of(new()
    {
        Servers = [new() { Name = "chassis", Idle = new((long)Idle), Max = new((long)(Idle + Task)), InletMaxCelsius = 25 }],
        Cooling = new() { System = CoolingSystem.DirectExpansion, UnitFlow = 20, UnitFans = new(0) },
        Halls =
        [
            new()
            {
                Name = "hall",
                Rows = [new() { Name = "c", Racks = matrix is null ? 3 : 40, Servers = [new() { Model = "chassis" }] }],
                Recirculation = new() { KelvinPerKilowatt = matrix is null ? [[0, 0, 0], [5, 0, 0], [0, 0, 0]] : Rows(matrix) },
            },
        ],
    });

    private static List<double[]> Rows(string file)
    {
        var matrix = Datahall.Energy.Air.RecirculationMatrix.ParseMatrixMarket(File.ReadAllText(file));
        return [.. Enumerable.Range(0, matrix.Places).Select(i => matrix.Row(i).ToArray().Select(static v => v * 1000).ToArray())];
    }

    private static double Greedy(FacilityModel facility, int busy)
    {
        var (taken, watts) = (new List<int>(), 0.0);
        for (var placed = 0; placed < busy; placed++)
        {
            (watts, var best) = Enumerable.Range(0, 40).Except(taken).Select(i => (Cooling(facility, [.. taken, i]), i)).Min();
            taken.Add(best);
        }

        return watts;
    }

    private static double Placed(FacilityModel facility, int busy, int moves)
    {
        var cluster = Problem([], 0, 1).ToCluster();
        var policy = PlacementPolicies.Find("energy");
        var (taken, prices) = (new List<int>(), new double[40]);
        for (var placed = 0; placed < busy; placed++)
        {
            Point(facility, taken).Prices(Task, prices);
            for (var i = 0; i < 40; i++)
            {
                cluster.SetEnergyPrice($"c{i:00}", prices[i]);
            }

            var chosen = cluster.Offer(policy.Choose(cluster, Request, 0)!.Value.Slot).Name;
            cluster.Take(Holding(int.Parse(chosen[1..], null)));
            taken.Add(int.Parse(chosen[1..], null));
        }

        var plan = EnergyMoves.Make(Problem(taken, 0, 40), Point(facility, taken), Blocks(40), new() { MostMoves = moves });
        foreach (var move in plan)
        {
            taken.Remove(int.Parse(move.From[1..], null));
            taken.Add(int.Parse(move.To[1..], null));
        }

        return Cooling(facility, taken);
    }

    private static double Cooling(FacilityModel facility, List<int> busy) => Point(facility, busy).Watts - (Idle * 40) - (Task * busy.Count);

    private static OperatingPoint Point(FacilityModel facility, IReadOnlyList<int> busy)
    {
        var state = facility.NewState(20);
        for (var i = 0; i < state.Compute.Length; i++)
        {
            state.Compute[i] = Idle + (busy.Contains(i) ? Task : 0);
        }

        return new(facility, state, OutdoorAir.Of(20, 0.5), SupplyRule.HottestInlet, new(-50, 60, 20, 0));
    }

    private static PlacementRequest Request => A.Request(1000) with { ExpectedWatts = Task };

    private static Holding Holding(int node) => new($"c{node:00}", 1000, 1L << 30, [0], 1000, 0);

    private static Dictionary<string, int> Blocks(int count) => Enumerable.Range(0, count).ToDictionary(static i => $"c{i:00}");

    private static PlacementProblem Problem(IReadOnlyList<int> taken, double workLost, int budget, int nodes = 40) => new(
        1,
        [.. Enumerable.Range(0, nodes).Select(i => A.Node($"c{i:00}", gpus: 1, held: taken.Contains(i) ? [Holding(i)] : []))],
        [],
        [],
        [.. taken.Select((node, i) => new MovableTask($"t{i:00}", Request, Holding(node), workLost, "job/all", budget))]);
}
