using System.Globalization;
using Datahall.Cli.Apply;

namespace Datahall.Cli.Simulate;

/// <summary>A decision in words.</summary>
internal static class DecisionText
{
    public static IEnumerable<string> Lines(SnapshotDecision decision) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"revision {decision.Revision} at {decision.Now:u}: {decision.Nodes} nodes, {decision.Tasks} tasks"),
        .. Section("placed", decision.Placed.Select(Line)),
        .. Section("stopped", decision.Stopped.Select(Line)),
        .. Section("room kept", decision.Reservations.Select(Line)),
        .. Section("still pending", decision.Pending.SelectMany(Lines)),
    ];

    private static IEnumerable<string> Section(string heading, IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        return all.Length == 0 ? [$"{heading}: nothing"] : [$"{heading}:", .. all.Select(static line => $"  {line}")];
    }

    private static string Line(PlacedDecision placed) => string.Create(
        CultureInfo.InvariantCulture, $"{placed.Task} on {placed.Node}{PlanText.Devices(placed.Devices)}, score {placed.Score}");

    private static string Line(StoppedDecision stopped) =>
        $"{stopped.Task} of {stopped.Owner}{(stopped.Node is { } node ? $" on {node}" : "")}{(stopped.For is { } gang ? $", for {gang}" : "")}{(stopped.Reason is { } reason ? $": {reason}" : "")}";

    private static string Line(ReservedDecision kept) => string.Create(
        CultureInfo.InvariantCulture, $"for {kept.Gang} from about {kept.Start:u}{(kept.After is { } after ? $", after {after}" : "")}");

    private static IEnumerable<string> Lines(PendingDecision pending) => [pending.Summary, .. pending.Details.Select(static detail => $"  {detail}")];
}
