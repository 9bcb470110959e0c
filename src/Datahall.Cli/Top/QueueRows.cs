using Datahall.Cli.Client;
using Datahall.Cli.Output;

namespace Datahall.Cli.Top;

/// <summary>How queues stand, as the rows of a tree: a row for each resource, the queue's own figures on the first.</summary>
internal static class QueueRows
{
    private const string None = "-";

    public static IReadOnlyList<string> Headings { get; } =
        ["QUEUE", "WEIGHT", "RESOURCE", "GUARANTEE", "LIMIT", "HELD", "WAITING", "FAIR SHARE", "GANGS WAITING", "SHARE %", "USAGE %"];

    /// <summary>The rows, parents before those below them, siblings by name.</summary>
    public static IEnumerable<IReadOnlyList<Cell>> Of(IReadOnlyList<QueueStandingMessage> queues)
    {
        var known = queues.Select(static queue => queue.Name).ToHashSet(StringComparer.Ordinal);
        var below = queues.ToLookup(queue => queue.Parent is { } parent && known.Contains(parent) ? parent : "", StringComparer.Ordinal);
        return Below(below, "", 0);
    }

    private static IEnumerable<IReadOnlyList<Cell>> Below(ILookup<string, QueueStandingMessage> below, string parent, int depth) =>
        below[parent].OrderBy(static queue => queue.Name, StringComparer.Ordinal)
            .SelectMany(queue => Rows(queue, depth).Concat(Below(below, queue.Name, depth + 1)));

    private static IEnumerable<IReadOnlyList<Cell>> Rows(QueueStandingMessage queue, int depth)
    {
        QueueResourceMessage?[] resources = queue.Resources.Count > 0 ? [.. queue.Resources] : [null];
        for (var i = 0; i < resources.Length; i++)
        {
            yield return [.. i == 0 ? Head(queue, depth) : ["", ""], .. Figures(resources[i]), .. i == 0 ? Tail(queue) : ["", "", ""]];
        }
    }

    private static Cell[] Head(QueueStandingMessage queue, int depth) =>
        [new string(' ', 2 * depth) + queue.Name, HumanUnits.Number(queue.Weight, "0.###")];

    private static Cell[] Tail(QueueStandingMessage queue) =>
        [HumanUnits.Number(queue.WaitingGangs, "0"), HumanUnits.Number(100 * queue.Share, "0.#"), HumanUnits.Number(100 * queue.Usage, "0.#")];

    private static Cell[] Figures(QueueResourceMessage? resource) => resource is { Resource: var name }
        ?
        [
            name,
            resource.Guarantee is { } guarantee ? QueueAmounts.Text(name, guarantee) : None,
            resource.Limit is { } limit ? QueueAmounts.Text(name, limit) : None,
            new(QueueAmounts.Text(name, resource.Held), resource.Held > resource.FairShare ? Ink.Yellow : Ink.Plain),
            QueueAmounts.Text(name, resource.Waiting),
            QueueAmounts.Text(name, resource.FairShare),
        ]
        : [None, None, None, None, None, None];
}
