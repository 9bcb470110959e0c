using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Datahall.Cli.Output;
using Datahall.Optimization.Energy;

namespace Datahall.Cli.Optimize;

/// <summary>A plan of an optimisation model, as JSON. Numbers are rounded to nine digits, so that the last bits of a solver are nobody's concern.</summary>
internal static class EnergyJson
{
    private const int FlushBytes = 64 * 1024;

    public static void Write(Terminal terminal, EnergyPlan plan)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteUtilisation(json, plan.Utilisation);
            Number(json, "fanPercent", plan.FanPercent);
            Number(json, "averageTemperatureCelsius", plan.AverageTemperatureCelsius);
            Number(json, "efficiencyIndexTotal", plan.EfficiencyIndexTotal);
            Number(json, "objective", plan.Objective);
            Number(json, "bound", plan.Bound);
            Number(json, "gap", plan.Gap);
            json.WriteNumber("rounds", plan.Rounds.Count);
            Numbers(json, "objectiveByRound", plan.Rounds);
            List(json, "fans", plan.Fans, WriteFan);
            List(json, "nodes", plan.Nodes, WriteNodes);
            List(json, "tasks", plan.Tasks, WriteTask);
            json.WriteStartArray("allocation");
            foreach (var part in plan.Allocation)
            {
                WritePart(json, part);
                if (json.BytesPending > FlushBytes)
                {
                    json.Flush();
                    Move(buffer, terminal); // A large hall's allocation has millions of parts.
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        Move(buffer, terminal);
        terminal.Out.WriteLine();
    }

    private static void Move(MemoryStream buffer, Terminal terminal)
    {
        terminal.Out.Write(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
        buffer.SetLength(0);
    }

    private static void WriteFan(Utf8JsonWriter json, FanPlan fan)
    {
        json.WriteString("name", fan.Name);
        Number(json, "percent", fan.Percent);
        Numbers(json, "routePercent", fan.RoutePercent);
        Number(json, "averageTemperatureCelsius", fan.AverageTemperatureCelsius);
        Number(json, "efficiencyIndex", fan.EfficiencyIndex);
        Number(json, "nodes", fan.Nodes);
    }

    private static void WriteNodes(Utf8JsonWriter json, NodePlan nodes)
    {
        json.WriteString("name", nodes.Name);
        json.WriteNumber("count", nodes.Count);
        WriteUtilisation(json, nodes.Utilisation);
        Number(json, "averageTemperatureCelsius", nodes.AverageTemperatureCelsius);
        json.WriteStartObject("shadowPrices");
        Number(json, "compute", nodes.ShadowPrices.Compute);
        Number(json, "storage", nodes.ShadowPrices.Storage);
        Number(json, "bandwidth", nodes.ShadowPrices.Bandwidth);
        json.WriteEndObject();
    }

    private static void WriteTask(Utf8JsonWriter json, TaskPlan task)
    {
        json.WriteString("name", task.Name);
        Number(json, "copies", task.Copies);
        Number(json, "shadowPrice", task.ShadowPrice);
    }

    private static void WritePart(Utf8JsonWriter json, PlacedPart part)
    {
        json.WriteStartObject();
        json.WriteString("task", part.Task);
        json.WriteString("nodes", part.Nodes);
        if (part.Node is { } node)
        {
            json.WriteNumber("node", node);
        }

        Number(json, "copies", part.Copies);
        json.WriteEndObject();
    }

    private static void WriteUtilisation(Utf8JsonWriter json, Utilisation utilisation)
    {
        json.WriteStartObject("utilisation");
        NumberOrNull(json, "compute", utilisation.Compute);
        NumberOrNull(json, "storage", utilisation.Storage);
        NumberOrNull(json, "bandwidth", utilisation.Bandwidth);
        json.WriteEndObject();
    }

    private static void List<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Numbers(Utf8JsonWriter json, string name, IReadOnlyList<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(Rounded(value));
        }

        json.WriteEndArray();
    }

    private static void NumberOrNull(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            Number(json, name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, double value) => json.WriteNumber(name, Rounded(value));

    // To nine digits, of decimals and of all.
    private static double Rounded(double value)
    {
        const int digits = 9;
        var whole = value == 0 ? 0 : Math.Max(0, (int)Math.Floor(Math.Log10(Math.Abs(value))));
        var rounded = whole >= digits ? value : Math.Round(value, digits - whole);
        return rounded == 0 ? 0 : rounded; // No -0.
    }
}
