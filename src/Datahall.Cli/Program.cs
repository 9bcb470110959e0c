using Datahall.Cli.Output;

namespace Datahall.Cli;

/// <summary>The <c>datahall</c> program.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var terminal = Terminal.OfProcess();
        using var interrupt = new Interrupt();
        return await CommandRun.RunAsync(CommandTree.Create(terminal, TimeProvider.System), arguments, terminal, interrupt.Token);
    }
}
