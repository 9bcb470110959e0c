using Datahall.Cli.Output;

namespace Datahall.Cli.Optimize;

/// <summary>What a plan for all that waits comes to, for eyes.</summary>
internal static class PlacementReport
{
    private const int MostReasons = 10;

    public static void Write(Terminal terminal, PlacementAnswer answer)
    {
        new TableText(terminal, ["PLAN", "GANGS", "GPUS", "CPUS", "EMPTY NODES"]).Write([Row("one after the other", answer.Greedy), Row("as a whole", answer.Whole)]);
        terminal.Out.WriteLine();
        foreach (var gang in answer.Gangs)
        {
            terminal.Out.WriteLine($"{gang.Gang}: {string.Join(", ", gang.Places.GroupBy(static p => p.Node).Select(static n => $"{n.Count()} on {n.Key}"))}");
        }

        foreach (var waiting in answer.Waiting.Take(MostReasons))
        {
            terminal.Out.WriteLine($"{waiting.Gang} waits: {waiting.Reason}");
        }

        if (answer.Waiting.Count > MostReasons)
        {
            terminal.Out.WriteLine($"and {answer.Waiting.Count - MostReasons} more wait");
        }

        terminal.Out.WriteLine(Verdict(answer));
    }

    private static Cell[] Row(string name, PlanTotals plan) =>
        [name, HumanUnits.Number(plan.Gangs, "0"), HumanUnits.Number(plan.Gpus), HumanUnits.Number(plan.Cpus), HumanUnits.Number(plan.WholeNodes, "0")];

    private static string Verdict(PlacementAnswer answer) => (answer.Solver, answer.DryRun) switch
    {
        ("greedy", _) => "Nothing beats one after the other; nothing was proposed.",
        (_, true) => $"Found by {answer.Solver}{(answer.Proven ? ", proven the best" : "")}; nothing was changed. Without --dry-run it is proposed.",
        _ => $"Found by {answer.Solver}{(answer.Proven ? ", proven the best" : "")}; the server took {answer.Taken} gangs and dropped {answer.Dropped}.",
    };
}
