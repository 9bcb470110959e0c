using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Datahall.Cli.Output;
using Datahall.Twin.Traces;
using Datahall.Twin.Traces.Openb;

namespace Datahall.Cli.Simulate;

/// <summary>What to replay of the openb trace.</summary>
internal sealed record OpenbRequest(string Nodes, string Pods, string Policy, double Tune, ulong First, ulong Last, int Rebalance);

/// <summary>Replays the openb trace once a seed and writes what was allocated.</summary>
internal static class OpenbRuns
{
    private static readonly int[] Arrived = [90, 95, 100, 130];

    public static void Run(Terminal terminal, OpenbRequest request, OutputFormat format, CancellationToken cancellationToken)
    {
        OpenbTrace trace;
        try
        {
            trace = OpenbTrace.Read(request.Nodes, request.Pods);
        }
        catch (TraceException e)
        {
            throw CommandFailure.Usage(e.Message);
        }

        var runs = new List<OpenbRun>();
        var progress = new Progress(terminal);
        for (var seed = request.First; seed <= request.Last; seed++)
        {
            var clock = Stopwatch.StartNew();
            var line = progress.Of(runs.Count, (int)(request.Last - request.First) + 1);
            var allocation = request.Rebalance > 0
                ? OpenbRebalancing.Run(trace, request.Policy, request.Tune, seed, request.Rebalance, line, cancellationToken)
                : OpenbReplay.Run(trace, request.Policy, request.Tune, seed, line, cancellationToken);
            runs.Add(new(seed, [.. Arrived.Select(allocation.At)], allocation.Arrived, allocation.Placed, allocation.Moves, clock.Elapsed.TotalSeconds));
        }

        progress.End();
        if (format is OutputFormat.Json)
        {
            WriteJson(terminal, request, runs);
        }
        else
        {
            WriteTable(terminal, trace, request, runs);
        }
    }

    private static void WriteTable(Terminal terminal, OpenbTrace trace, OpenbRequest request, List<OpenbRun> runs)
    {
        terminal.Out.WriteLine(Text($"{trace.Nodes.Count} nodes, {trace.CapacityMilli / 1000} GPUs; {request.Policy}; allocated GPUs in % of all, by arrived demand"));
        List<IReadOnlyList<Cell>> rows = [.. runs.Select(r => Row(r.Seed.ToString(CultureInfo.InvariantCulture), r.Allocated, Text($"{r.Placed}/{r.Arrived}"), Text($"{r.Moves}"), r.Seconds))];
        if (runs.Count > 1)
        {
            rows.Add(Row("mean", [.. Columns(runs).Select(c => c.Average())], "", Text($"{runs.Average(r => r.Moves):0.#}"), runs.Average(r => r.Seconds)));
            rows.Add(Row("deviation", [.. Columns(runs).Select(Deviation)], "", "", Deviation(runs.Select(r => r.Seconds))));
        }

        new TableText(terminal, ["SEED", .. Arrived.Select(a => Text($"AT {a}%")), "PLACED", "MOVES", "SECONDS"]).Write(rows);
    }

    private static void WriteJson(Terminal terminal, OpenbRequest request, List<OpenbRun> runs)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("trace", "openb");
            json.WriteString("policy", request.Policy);
            json.WriteNumber("tune", request.Tune);
            json.WriteString("seeds", request.First == request.Last ? Text($"{request.First}") : Text($"{request.First}-{request.Last}"));
            WriteByArrived(json, "allocationPercent", [.. Columns(runs).Select(c => c.Average())]);
            if (runs.Count > 1)
            {
                WriteByArrived(json, "allocationDeviation", [.. Columns(runs).Select(Deviation)]);
            }

            json.WriteNumber("moves", Math.Round(runs.Average(r => r.Moves), 1));
            json.WriteNumber("seconds", Math.Round(runs.Average(r => r.Seconds), 3));
            json.WriteEndObject();
        }

        terminal.Out.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static void WriteByArrived(Utf8JsonWriter json, string name, IReadOnlyList<double> values)
    {
        json.WriteStartObject(name);
        for (var i = 0; i < Arrived.Length; i++)
        {
            json.WriteNumber(Text($"{Arrived[i]}"), Math.Round(values[i], 3));
        }

        json.WriteEndObject();
    }

    private static IEnumerable<IEnumerable<double>> Columns(List<OpenbRun> runs) => Arrived.Select((_, i) => runs.Select(r => r.Allocated[i]));

    private static Cell[] Row(string name, IReadOnlyList<double> values, string placed, string moves, double seconds) =>
        [name, .. values.Select(v => (Cell)Text($"{v:0.00}")), placed, moves, Text($"{seconds:0.00}")];

    // Of a sample, as in the published tables.
    private static double Deviation(IEnumerable<double> values)
    {
        var all = values.ToList();
        var mean = all.Average();
        return Math.Sqrt(all.Sum(v => (v - mean) * (v - mean)) / (all.Count - 1));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record OpenbRun(ulong Seed, IReadOnlyList<double> Allocated, int Arrived, int Placed, int Moves, double Seconds);

    /// <summary>One line on a terminal that says how far the runs are; nothing in a pipe.</summary>
    private sealed class Progress(Terminal terminal)
    {
        public IProgress<double>? Of(int run, int runs) => terminal.IsInteractive ? new Line(share => Show($"{(run + share) * 100 / runs:0} % of {runs} runs")) : null;

        public void End()
        {
            if (terminal.IsInteractive)
            {
                terminal.Error.Write("\r\e[K");
            }
        }

        private void Show(string text) => terminal.Error.Write($"\r\e[K{text}");

        private sealed class Line(Action<double> show) : IProgress<double>
        {
            public void Report(double value) => show(value);
        }
    }
}
