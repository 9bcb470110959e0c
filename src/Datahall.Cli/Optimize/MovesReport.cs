using Datahall.Cli.Output;

namespace Datahall.Cli.Optimize;

/// <summary>Moves of running tasks, for eyes.</summary>
internal static class MovesReport
{
    public static void Write(Terminal terminal, string gain, MovesAnswer answer)
    {
        if (answer.Moves.Count == 0)
        {
            terminal.Out.WriteLine($"No move wins more than it costs ({answer.Movable} tasks may be moved now).");
            return;
        }

        new TableText(terminal, ["TASK", "FROM", "TO", gain, "LOSES GPU-SECONDS"]).Write(
            [.. answer.Moves.Select(static m => (IReadOnlyList<Cell>)[m.Task, m.From, m.To, HumanUnits.Number(m.Gain), HumanUnits.Number(m.WorkLost, "0")])]);
        terminal.Out.WriteLine();
        terminal.Out.WriteLine(answer.DryRun
            ? "Nothing was changed. Without --dry-run the moves are proposed."
            : $"The server took {answer.Taken} moves and dropped {answer.Dropped}.");
    }
}
