using Datahall.Cli.Output;
using Datahall.Model;
using Spectre.Console;

namespace Datahall.Cli.Progress;

/// <summary>The board as a live table on a terminal. The only place that needs Spectre, which is why no fast verb loads it.</summary>
internal static class LiveBoard
{
    private const int BarWidth = 20;

    public static async Task ShowAsync(Terminal terminal, WorkBoard board, IAsyncEnumerable<(ResourceKey Key, WorkState State)> changes)
    {
        await terminal.Out.FlushAsync();
        var console = AnsiConsole.Create(new()
        {
            ColorSystem = terminal.HasColour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        await console.Live(Render(board)).StartAsync(async live =>
        {
            await foreach (var _ in changes)
            {
                live.UpdateTarget(Render(board));
            }
        });
    }

    private static Grid Render(WorkBoard board)
    {
        var grid = new Grid().AddColumns(5);
        foreach (var (key, state) in board.Rows)
        {
            grid.AddRow(
                new Text(key.ToString(), new Style(decoration: Decoration.Bold)),
                new Text(state?.Phase ?? "…", new Style(Colour(state?.State))),
                new Text(Bar(state)),
                new Text(state is null ? "" : $"{state.Done}/{state.Wanted}"),
                new Text(state?.Message ?? "", new Style(Color.Grey)));
        }

        return grid;
    }

    private static string Bar(WorkState? state)
    {
        var done = state is { Wanted: > 0 } ? Math.Clamp(BarWidth * state.Done / state.Wanted, 0, BarWidth) : 0;
        return new string('█', done) + new string('░', BarWidth - done);
    }

    private static Color Colour(WorkOutcome? outcome) => outcome switch
    {
        WorkOutcome.Reached => Color.Green,
        WorkOutcome.Failed => Color.Red,
        _ => Color.Yellow,
    };
}
