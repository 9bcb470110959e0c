using System.Diagnostics;

namespace Datahall.Cli.Tests;

/// <summary>What only the program itself shows: exit codes, standard input, pipes that close, signals.</summary>
public sealed class ExecutableTests
{
    private static string Program => Path.Combine(AppContext.BaseDirectory, "datahall");

    [Fact]
    public async Task Main_exits_with_2_on_a_wrong_command_line()
    {
        var (exit, output, error) = await ShellAsync($"'{Program}' gett nodes");

        Assert.Equal((2, ""), (exit, output));
        Assert.Equal("datahall: there is no verb 'gett' (did you mean 'get'?); see 'datahall --help'\n", error);
    }

    [Fact]
    public async Task Main_exits_with_1_when_no_server_answers()
    {
        var (exit, output, error) = await ShellAsync($"'{Program}' get nodes --server http://127.0.0.1:1");

        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("Start one with 'datahall up'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_reads_standard_input()
    {
        var (exit, _, error) = await ShellAsync($"echo 'kind: Jb' | '{Program}' apply -f -");

        Assert.Equal(2, exit);
        Assert.Contains("stdin:1:", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Main_ends_quietly_when_the_reader_of_a_pipe_has_gone()
    {
        var (exit, output, error) = await ShellAsync($"set -o pipefail; '{Program}' schema | head -n 1");

        Assert.Equal((0, ""), (exit, error));
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Watch_ends_when_the_reader_of_a_pipe_has_gone()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/nodes", Samples.List(Samples.Node));
        server.On("GET /api/v1/watch", async context =>
        {
            for (var revision = 8; !context.RequestAborted.IsCancellationRequested; revision++)
            {
                await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                    context.Response, $"id: {revision}\ndata: {{\"revision\":{revision},\"kind\":\"Node\",\"name\":\"n1\",\"resource\":{Samples.Node.Trim()}}}\n\n");
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, context.RequestAborted);
            }
        });

        var (exit, output, error) = await ShellAsync(
            $"set -o pipefail; '{Program}' get nodes -w --server {server.Url} --token {FakeServer.Token} | head -n 2");

        Assert.Equal((0, ""), (exit, error));
        Assert.Equal(2, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static async Task<(int Exit, string Out, string Error)> ShellAsync(string script)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var process = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
