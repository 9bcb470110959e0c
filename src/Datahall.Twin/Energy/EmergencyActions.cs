using Datahall.Energy.Emergency;
using Datahall.Energy.Facility;
using Datahall.Model;

namespace Datahall.Twin.Energy;

/// <summary>Answers to heat that nobody moves: caps, stopped work, servers shut down, and all of it taken back when cooling is there again.</summary>
/// <remarks>A server that is shut down draws its idle power until it is down; one that boots works again when it is up. Types that tell no sleep take 30 s and 260 s.</remarks>
internal sealed class EmergencyActions
{
    private static readonly ServerSleep Usual = new() { Power = default };

    private readonly FacilityModel facility;
    private readonly ScenarioLoad load;
    private readonly HeatBudget budget;
    private readonly ShedLoad[] loads; // By group; the last is that of the blocks in none, which gives up first.
    private readonly ShedOrder[] orders;
    private readonly int[] off;
    private readonly List<(int Block, int Servers, double Left, double Watts)> moving = [];
    private readonly EmergencyStages stages = new();
    private double rated;
    private double wanted;
    private double lost;

    private EmergencyActions(FacilityModel facility, ScenarioLoad load, EmergencyRule rule)
    {
        (this.facility, this.load) = (facility, load);
        budget = new(facility.HeatCapacity, rule.ReserveKelvin, rule.Horizon.Milliseconds / 1000.0, rule.Hold.Milliseconds / 1000.0);
        (loads, orders, off) = (new ShedLoad[load.Groups.Count + 1], new ShedOrder[load.Groups.Count + 1], new int[facility.Blocks.Count]);
    }

    /// <summary>Makes them; null without a rule.</summary>
    public static EmergencyActions? Of(FacilityModel facility, ScenarioLoad load, EmergencyRule? rule) => rule is null ? null : new(facility, load, rule);

    /// <summary>Takes in what a step came to.</summary>
    public void Observe(FacilityState state, in FacilityPower power, double supplyCelsius, double seconds) => budget.Step(
        new(Math.Min(-power.WorstInlet, facility.WarmestSupply(state) - supplyCelsius), power.Compute, power.AirHeat + power.LiquidHeat + power.Plant.UnitFans, power.Plant.Unmet), rated, seconds);

    /// <summary>Takes back what the last step set, before sleep and power limits say what they want.</summary>
    public void Begin(FacilityState state)
    {
        for (var i = 0; i < off.Length; i++)
        {
            (state.Awake[i], state.Transit[i], state.TransitWatts[i]) = (facility.Blocks[i].Count, 0, 0);
            (state.PowerFactor[i], state.CapWatts[i]) = (1, double.PositiveInfinity);
        }
    }

    /// <summary>Sets caps, work and servers for a step.</summary>
    /// <param name="state">Its loads; changed.</param>
    /// <param name="at">The time since the start, in seconds.</param>
    /// <param name="seconds">The step, in seconds.</param>
    /// <returns>The work that was stopped, in watts of rated power.</returns>
    public double Apply(FacilityState state, double at, double seconds)
    {
        Claim(state);
        var isNormal = double.IsInfinity(budget.BoardWatts);
        if (isNormal)
        {
            Array.Fill(orders, new(1, 0, 0));
        }
        else
        {
            LoadShedding.Divide(loads, budget.BoardWatts, orders);
        }

        Arrive(seconds);
        var stopped = 0.0;
        for (var i = 0; i < off.Length; i++)
        {
            stopped += Shed(state, i, orders[GroupOf(i)], seconds);
        }

        foreach (var (block, servers, _, watts) in moving)
        {
            state.Transit[block] += servers;
            state.TransitWatts[block] += servers * watts;
        }

        stages.Count(orders, off.Sum(), at, seconds);
        return stopped;
    }

    /// <summary>How much work a block does in a second under what was done, 1 when all is well.</summary>
    public double Rate(int block)
    {
        var order = orders[GroupOf(block)];
        return order.Cap < 1 ? (1 - order.Stopped) / loads[GroupOf(block)].Response!.Time(order.Cap) : 1 - order.Stopped;
    }

    public EmergencyReport Report() => stages.Report(wanted > 0 ? lost / wanted : 0);

    private int GroupOf(int block) => load.GroupOfBlock[block] is >= 0 and var group ? group : load.Groups.Count;

    private void Claim(FacilityState state)
    {
        for (var group = 0; group < loads.Length; group++)
        {
            loads[group] = group < load.Groups.Count
                ? new(0, 0, load.Groups[group].Priority, load.Groups[group].Caps is { } table ? PowerCaps.ResponseOf(table) : null)
                : new(0, 0, int.MinValue, null);
        }

        rated = 0;
        for (var i = 0; i < off.Length; i++)
        {
            var (power, group) = (facility.Blocks[i].Type.Power, GroupOf(i));
            var (idle, working) = (state.Awake[i] * power.IdleWatts, state.Awake[i] * (state.Utilisation[i] > 0 ? Math.Min(power.MaxWatts, state.CapWatts[i]) : power.IdleWatts));
            loads[group] = loads[group] with { WorkingWatts = loads[group].WorkingWatts + working, IdleWatts = loads[group].IdleWatts + idle };
            rated += working;
        }
    }

    private double Shed(FacilityState state, int block, in ShedOrder order, double seconds)
    {
        var (type, awake, power) = (facility.Blocks[block].Type, state.Awake[block], facility.Blocks[block].Type.Power);
        Move(block, Math.Min((int)awake, (int)Math.Ceiling((order.Off * awake) - 1e-9)), type);
        var working = awake * (1 - order.Stopped);
        var on = Math.Max(0, awake - Math.Max(off[block], 0) - Booting(block));
        var served = Math.Min(working, on) * state.Utilisation[block];
        var work = awake * state.Utilisation[block] * power.MaxWatts;
        wanted += work * seconds;
        if (order.Cap < 1)
        {
            var response = loads[GroupOf(block)].Response!;
            state.PowerFactor[block] = Math.Min(state.PowerFactor[block], response.Power(order.Cap));
            lost += served * power.MaxWatts * (1 - (1 / response.Time(order.Cap))) * seconds;
        }

        if (order.Cap < 1 || order.Stopped > 0)
        {
            // The mean over servers at their cap and servers without work.
            var share = on > 0 ? Math.Min(1, working / on) : 0;
            var cap = Math.Min(state.CapWatts[block], Math.Max(power.IdleWatts, order.Cap * power.MaxWatts));
            state.CapWatts[block] = (share * cap) + ((1 - share) * power.IdleWatts);
        }

        var stopped = work - (served * power.MaxWatts);
        lost += stopped * seconds;
        (state.Awake[block], state.Utilisation[block]) = (on, on > 0 ? served / on : 0);
        return stopped;
    }

    private int Booting(int block)
    {
        var sum = 0;
        foreach (var move in moving)
        {
            sum += move.Block == block && move.Watts == facility.Blocks[block].Type.Power.MaxWatts ? move.Servers : 0;
        }

        return sum;
    }

    private void Move(int block, int wantedOff, ServerType type)
    {
        if (wantedOff > off[block])
        {
            moving.Add((block, wantedOff - off[block], type.Sleep?.DownSeconds ?? (Usual.Down.Milliseconds / 1000.0), type.Power.IdleWatts));
        }
        else if (wantedOff < off[block])
        {
            moving.Add((block, off[block] - wantedOff, type.Sleep?.UpSeconds ?? (Usual.Up.Milliseconds / 1000.0), type.Power.MaxWatts));
        }

        off[block] = wantedOff;
    }

    private void Arrive(double seconds)
    {
        for (var i = moving.Count - 1; i >= 0; i--)
        {
            moving[i] = moving[i] with { Left = moving[i].Left - seconds };
            if (moving[i].Left <= 0)
            {
                moving.RemoveAt(i);
            }
        }
    }
}
