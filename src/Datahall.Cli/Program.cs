using Datahall.Cli.Output;

namespace Datahall.Cli;

/// <summary>The <c>datahall</c> program.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["bench", ..])
        {
            // Read once, when the first socket is made: responses are taken up where they arrive instead of on another thread.
            Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        }

        var terminal = Terminal.OfProcess();
        using var interrupt = new Interrupt();
        return await CommandRun.RunAsync(CommandTree.Create(terminal, TimeProvider.System), arguments, terminal, interrupt.Token);
    }
}
