using Datahall.Cli.Output;

namespace Datahall.Cli.Tests;

/// <summary>What a run of the command came to.</summary>
/// <param name="Exit">The exit code.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record CliRun(int Exit, string Out, string Error)
{
    /// <summary>Runs the command in this process, without a terminal.</summary>
    public static async Task<CliRun> OfAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        return await OfAsync(output, error, TestContext.Current.CancellationToken, arguments);
    }

    public static async Task<CliRun> OfAsync(StringWriter output, StringWriter error, CancellationToken cancellationToken, params string[] arguments)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(120)); // A run that hangs fails its test with what it wrote, exit code 130.
        var terminal = new Terminal(output, error);
        var exit = await CommandRun.RunAsync(CommandTree.Create(terminal, TimeProvider.System), arguments, terminal, limit.Token);
        return new(exit, output.ToString(), error.ToString());
    }

    /// <summary>Runs the command against a server, signed in.</summary>
    public static Task<CliRun> AtAsync(FakeServer server, params string[] arguments) =>
        OfAsync([.. arguments, "--server", server.Url, "--token", FakeServer.Token]);
}
