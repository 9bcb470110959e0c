using Microsoft.AspNetCore.Http;

namespace Datahall.Cli.Tests.Logs;

public sealed class LogsCommandTests
{
    [Fact]
    public async Task Logs_copies_one_task_as_it_is()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/tasks/pi-worker-0/logs", context => context.Response.WriteAsync("one\ntwo"));

        var run = await CliRun.AtAsync(server, "logs", "pi-worker-0", "--tail", "2", "--stream", "stdout");

        Assert.Equal((0, "one\ntwo\n"), (run.Exit, run.Out));
        Assert.Equal("GET /api/v1/tasks/pi-worker-0/logs?stream=stdout&tail=2&follow=false", Assert.Single(server.Requests));
    }

    [Fact]
    public async Task Logs_of_a_node_are_those_of_its_kernel()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/nodes/n1/logs", context => context.Response.WriteAsync("eth0: link down\n"));

        var run = await CliRun.AtAsync(server, "logs", "node/n1", "--tail", "5");

        Assert.Equal((0, "eth0: link down\n"), (run.Exit, run.Out));
        Assert.Equal("GET /api/v1/nodes/n1/logs?tail=5&follow=false", Assert.Single(server.Requests));
    }

    [Fact]
    public async Task Logs_of_a_job_names_the_task_of_each_line()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/jobs/pi", Samples.Job);
        server.On("GET /api/v1/tasks", Samples.List(Samples.Task("pi-worker-0", "pi", 0), Samples.Task("pi-worker-1", "pi", 1), Samples.Task("other", "x", 0)));
        server.On("GET /api/v1/tasks/pi-worker-0/logs", context => context.Response.WriteAsync("a\n"));
        server.On("GET /api/v1/tasks/pi-worker-1/logs", context => context.Response.WriteAsync("b\n"));

        var run = await CliRun.AtAsync(server, "logs", "job/pi");

        Assert.Equal(["", "pi-worker-0 | a", "pi-worker-1 | b"], run.Out.Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Logs_goes_on_without_a_task_that_has_none()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/jobs/pi", Samples.Job);
        server.On("GET /api/v1/tasks", Samples.List(Samples.Task("pi-worker-0", "pi", 0), Samples.Task("pi-worker-1", "pi", 1)));
        server.On("GET /api/v1/tasks/pi-worker-1/logs", context => context.Response.WriteAsync("b\n"));

        var run = await CliRun.AtAsync(server, "logs", "job/pi");

        Assert.Equal((1, "pi-worker-1 | b\n"), (run.Exit, run.Out));
        Assert.Contains("pi-worker-0: there is no ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_follows_a_task_into_its_next_attempt()
    {
        await using var server = await FakeServer.StartAsync();
        var copies = 0;
        server.On("GET /api/v1/tasks/t", context =>
        {
            var second = Samples.Task("t", "pi", 0).Replace("\"fence\":5", "\"fence\":6", StringComparison.Ordinal);
            return context.Response.WriteAsync(copies switch
            {
                0 => Samples.Task("t", "pi", 0),
                1 => second,
                _ => second.Replace("running", "succeeded", StringComparison.Ordinal),
            });
        });
        server.On("GET /api/v1/tasks/t/logs", context => context.Response.WriteAsync($"attempt {++copies}\n"));

        var run = await CliRun.AtAsync(server, "logs", "-f", "t");

        Assert.Equal((0, "attempt 1\nattempt 2\n"), (run.Exit, run.Out));
    }
}
