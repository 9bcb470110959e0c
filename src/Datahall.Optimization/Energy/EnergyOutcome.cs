using System.Globalization;

namespace Datahall.Optimization.Energy;

/// <summary>What came of a model: a plan, or why there is none.</summary>
/// <param name="Plan">The plan; null when there is none.</param>
/// <param name="Refusal">Why there is none; null when there is a plan.</param>
public sealed record EnergyOutcome(EnergyPlan? Plan, EnergyRefusal? Refusal);

/// <summary>Why a model has no optimum.</summary>
public enum EnergyRefusalKind
{
    /// <summary>No allocation and no fan levels keep all constraints.</summary>
    Infeasible,

    /// <summary>The objective can grow without end.</summary>
    Unbounded,

    /// <summary>None was found by rounding, but it is not proven that there is none.</summary>
    NotFound,
}

/// <summary>Why a model has no optimum, and what conflicts.</summary>
/// <param name="Kind">What is the case.</param>
/// <param name="Message">What conflicts, and how to mend it.</param>
public sealed record EnergyRefusal(EnergyRefusalKind Kind, string Message)
{
    internal static EnergyRefusal Unbounded(string message) => new(EnergyRefusalKind.Unbounded, message);

    internal static EnergyRefusal NoLevel(string name, FanTable fan, double limitCelsius)
    {
        var coolest = fan.Levels.MinBy(static l => l.TemperatureCelsius)!;
        FormattableString message = coolest.TemperatureCelsius > limitCelsius
            ? $"no level of the fan '{name}' keeps its nodes within {limitCelsius} °C: the coolest is {coolest.Percent} % at {coolest.TemperatureCelsius} °C; raise the limit or give a cooler level"
            : (FormattableString)$"the fan '{name}' cannot come from {fan.StartPercent} % to a level within {limitCelsius} °C, such as {coolest.Percent} % at {coolest.TemperatureCelsius} °C; allow larger steps or more stages";
        return new(EnergyRefusalKind.Infeasible, message.ToString(CultureInfo.InvariantCulture));
    }
}

/// <summary>The best allocation and fan levels that were found.</summary>
/// <param name="Utilisation">What is used of what there is, over all nodes.</param>
/// <param name="FanPercent">The mean of the fans' levels over the nodes, in percent.</param>
/// <param name="AverageTemperatureCelsius">The mean temperature over the nodes, in °C.</param>
/// <param name="EfficiencyIndexTotal">The sum of the efficiency indexes over the nodes.</param>
/// <param name="Objective">The weighted amounts in use less the weighted Σ e T.</param>
/// <param name="Bound">No allocation with any reachable levels has a higher objective.</param>
/// <param name="Rounds">The objective after each round; it never falls.</param>
/// <param name="Fans">Each fan.</param>
/// <param name="Nodes">Each group of nodes.</param>
/// <param name="Tasks">Each task.</param>
/// <param name="Allocation">What is placed where, in the order of nodes and tasks; made while it is read.</param>
public sealed record EnergyPlan(
    Utilisation Utilisation,
    double FanPercent,
    double AverageTemperatureCelsius,
    double EfficiencyIndexTotal,
    double Objective,
    double Bound,
    IReadOnlyList<double> Rounds,
    IReadOnlyList<FanPlan> Fans,
    IReadOnlyList<NodePlan> Nodes,
    IReadOnlyList<TaskPlan> Tasks,
    IEnumerable<PlacedPart> Allocation)
{
    /// <summary>How far the objective can be below the best there is, relative to it; 0 when it is proven the best.</summary>
    public double Gap => Bound <= Objective ? 0 : (Bound - Objective) / Math.Max(Math.Abs(Bound), 1e-9);
}

/// <summary>The part of each resource in use, 0 to 1, over the nodes with a limit on it; null when no node has one or there is none of it.</summary>
/// <param name="Compute">Of the compute.</param>
/// <param name="Storage">Of the storage.</param>
/// <param name="Bandwidth">Of the bandwidth.</param>
public sealed record Utilisation(double? Compute, double? Storage, double? Bandwidth);

/// <summary>What a fan is set to.</summary>
/// <param name="Name">The fan.</param>
/// <param name="Percent">Its level, in percent.</param>
/// <param name="RoutePercent">The levels on the way, from where it stands to its level.</param>
/// <param name="AverageTemperatureCelsius">The mean temperature of its nodes, in °C.</param>
/// <param name="EfficiencyIndex">The efficiency index of each of its nodes.</param>
/// <param name="Nodes">The number of its nodes.</param>
public sealed record FanPlan(string Name, double Percent, IReadOnlyList<double> RoutePercent, double AverageTemperatureCelsius, double EfficiencyIndex, double Nodes);

/// <summary>What comes to a group of nodes.</summary>
/// <param name="Name">The group.</param>
/// <param name="Count">The number of its nodes.</param>
/// <param name="Utilisation">What is used of what they have.</param>
/// <param name="AverageTemperatureCelsius">Their mean temperature, in °C.</param>
/// <param name="ShadowPrices">The most that one more unit of each resource there would add to the objective, and the least that one less would cost, with the fans as they are: duals of the linear program.</param>
public sealed record NodePlan(string Name, int Count, Utilisation Utilisation, double AverageTemperatureCelsius, Amounts ShadowPrices);

/// <summary>What comes to a task.</summary>
/// <param name="Name">The task.</param>
/// <param name="Copies">How many of it are placed; a part counts as a part.</param>
/// <param name="ShadowPrice">The most that one more of it would add to the objective, and the least that one less would cost, with the fans as they are.</param>
public sealed record TaskPlan(string Name, double Copies, double ShadowPrice);

/// <summary>A part of a task on nodes.</summary>
/// <param name="Task">The task.</param>
/// <param name="Nodes">The group of nodes.</param>
/// <param name="Node">Which node of the group, from 0; null when it is spread evenly over all of the group.</param>
/// <param name="Copies">How many of the task; a part counts as a part.</param>
public sealed record PlacedPart(string Task, string Nodes, int? Node, double Copies);
