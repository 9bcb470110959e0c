using System.Globalization;
using Datahall.Cli.Output;
using Datahall.Optimization.Energy;

namespace Datahall.Cli.Optimize;

/// <summary>A plan of an optimisation model, for eyes.</summary>
internal static class EnergyReport
{
    private const int MostRows = 20;

    public static void Write(Terminal terminal, EnergyPlan plan)
    {
        terminal.Out.WriteLine(Text($"utilisation: {Percent(plan.Utilisation.Compute)} compute, {Percent(plan.Utilisation.Storage)} storage, {Percent(plan.Utilisation.Bandwidth)} bandwidth"));
        terminal.Out.WriteLine(Text($"fan {plan.FanPercent:0.##} %, average {plan.AverageTemperatureCelsius:0.##} °C, total efficiency index {plan.EfficiencyIndexTotal:0.####}"));
        terminal.Out.WriteLine(Text($"objective {plan.Objective:0.####} after {plan.Rounds.Count} rounds, {(plan.Gap < 1e-9 ? "proven the best" : $"at most {plan.Gap * 100:0.####} % below the best ({plan.Bound:0.####})")}"));
        Table(terminal, "fans", ["FAN", "NODES", "PERCENT", "CELSIUS", "E", "ROUTE"], plan.Fans, static f =>
            [f.Name, Number(f.Nodes), Number(f.Percent), Number(f.AverageTemperatureCelsius), Number(f.EfficiencyIndex), string.Join(" > ", f.RoutePercent.Select(Number))]);
        Table(terminal, "groups of nodes", ["NODES", "COUNT", "COMPUTE", "STORAGE", "BANDWIDTH", "CELSIUS", "PRICE OF COMPUTE", "OF STORAGE", "OF BANDWIDTH"], plan.Nodes, static n =>
            [n.Name, Number(n.Count), Percent(n.Utilisation.Compute), Percent(n.Utilisation.Storage), Percent(n.Utilisation.Bandwidth), Number(n.AverageTemperatureCelsius), Number(n.ShadowPrices.Compute), Number(n.ShadowPrices.Storage), Number(n.ShadowPrices.Bandwidth)]);
        Table(terminal, "tasks", ["TASK", "PLACED", "PRICE"], plan.Tasks, static t => [t.Name, Number(t.Copies), Number(t.ShadowPrice)]);
    }

    private static void Table<T>(Terminal terminal, string what, IReadOnlyList<string> headings, IReadOnlyList<T> rows, Func<T, IReadOnlyList<Cell>> row)
    {
        terminal.Out.WriteLine();
        new TableText(terminal, headings).Write([.. rows.Take(MostRows).Select(row)]);
        if (rows.Count > MostRows)
        {
            terminal.Out.WriteLine($"and {rows.Count - MostRows} more {what}; -o json has all");
        }
    }

    private static string Percent(double? part) => part is { } value ? Text($"{value * 100:0.##} %") : "-";

    private static string Number(double value) => HumanUnits.Number(value, "0.####");

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
