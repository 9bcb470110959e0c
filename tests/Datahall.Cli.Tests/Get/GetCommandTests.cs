using System.Text.Json;
using Datahall.Model;
using Datahall.Model.Manifests;

namespace Datahall.Cli.Tests.Get;

public sealed class GetCommandTests
{
    [Fact]
    public async Task Get_writes_aligned_columns_without_colour_in_a_pipe()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/nodes", Samples.List(Samples.Node));

        var run = await CliRun.AtAsync(server, "get", "no");

        var lines = run.Out.Split('\n');
        Assert.Equal("NAME   PHASE   MODE   CPU   MEMORY   GPUS     AGE", lines[0].TrimEnd());
        Assert.StartsWith("n1     ready   open   2     4Gi      2xH100   ", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain('\e', run.Out);
    }

    [Fact]
    public async Task Get_shows_more_columns_when_wide()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/jobs", Samples.List(Samples.Job));

        var run = await CliRun.AtAsync(server, "get", "jobs", "-o", "wide");

        Assert.Contains("LABELS", run.Out, StringComparison.Ordinal);
        Assert.Contains("team=search", run.Out, StringComparison.Ordinal);
        Assert.Contains("3/3", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_writes_a_list_as_one_json_document()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/jobs", Samples.List(Samples.Job));

        var run = await CliRun.AtAsync(server, "get", "jobs", "-o", "json");

        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal("pi", json.RootElement.GetProperty("items")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Get_writes_one_resource_alone()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/jobs/pi", Samples.Job);

        var run = await CliRun.AtAsync(server, "get", "job/pi", "-o", "json");

        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal("pi", json.RootElement.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Get_writes_yaml_that_can_be_applied_again()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/jobs", Samples.List(Samples.Job, Samples.Job.Replace("\"pi\"", "\"tau\"", StringComparison.Ordinal)));

        var run = await CliRun.AtAsync(server, "get", "jobs", "-o", "yaml");

        var read = ManifestReader.Read("out", run.Out);
        Assert.Empty(read.Errors);
        Assert.Equal(["pi", "tau"], read.Resources.Select(resource => resource.Name));
        Assert.Equal(3, ((Job)read.Resources[0]).Spec.Roles[0].Replicas);
    }

    [Fact]
    public async Task Get_reads_every_page_and_passes_the_selector_on()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/nodes", context =>
        {
            var first = !context.Request.Query.ContainsKey("continue");
            var body = first ? Samples.List(Samples.Node)[..^1] + ""","continue":"a b"}""" : Samples.List(Samples.Node.Replace("n1", "n2", StringComparison.Ordinal));
            return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, body);
        });

        var run = await CliRun.AtAsync(server, "get", "nodes", "-l", "team=search,tier!=test", "-o", "name");

        Assert.Equal("node/n1\nnode/n2\n", run.Out);
        Assert.Equal(
            ["GET /api/v1/nodes?limit=500&labels=team%3Dsearch%2Ctier%21%3Dtest", "GET /api/v1/nodes?limit=500&labels=team%3Dsearch%2Ctier%21%3Dtest&continue=a%20b"],
            server.Requests);
    }

    [Fact]
    public async Task Get_says_when_there_is_nothing()
    {
        await using var server = await FakeServer.StartAsync();
        server.On("GET /api/v1/services", Samples.List());

        var run = await CliRun.AtAsync(server, "get", "svc");

        Assert.Equal((0, "", "no services\n"), (run.Exit, run.Out, run.Error));
    }

    [Fact]
    public async Task Get_fails_when_a_name_is_not_there()
    {
        await using var server = await FakeServer.StartAsync();

        var run = await CliRun.AtAsync(server, "get", "job", "nope");

        Assert.Equal((1, "datahall: there is no /api/v1/jobs/nope\n"), (run.Exit, run.Error));
    }
}
