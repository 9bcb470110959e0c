using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Datahall.Gateway.Tests.Kestrel;
using Datahall.Model;
using Microsoft.AspNetCore.Http;

namespace Datahall.Gateway.Tests.Ensembles;

/// <summary>Ensembles through the running lane.</summary>
public sealed class EnsembleTests
{
    private static readonly CancellationToken cancellation = TestContext.Current.CancellationToken;
    private static readonly RouteSpec oip = new() { Protocol = RouteProtocol.Oip };

    [Fact]
    public async Task The_mean_of_all_members_is_answered_and_each_is_asked_for_its_own_model()
    {
        var asked = new System.Collections.Concurrent.ConcurrentBag<string>();
        await using var a = await ModelAsync([0.7, 0.3], asked);
        await using var b = await ModelAsync([0.1, 0.9], asked);
        await using var lane = await LaneFixture.StartAsync();
        lane.Route("a", oip, a.EndPoint);
        lane.Route("b", oip with { Models = ["bee"] }, b.EndPoint);
        Ensemble(lane, new() { Route = oip, Members = [new() { Service = "a" }, new() { Service = "b" }] });

        using var answer = await InferAsync(lane);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation))!;

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("a,b", answer.Headers.GetValues("datahall-members").Single());
        Assert.Equal("ens", (string?)body["model_name"]);
        Assert.Equal(0.4, (double)body["outputs"]![0]!["data"]![0]!, 6);
        Assert.Equal(0.6, (double)body["outputs"]![0]!["data"]![1]!, 6);
        Assert.Equal(["/v2/models/a/infer {\"inputs\":[]}", "/v2/models/bee/infer {\"inputs\":[]}"], asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Binary_tensors_are_combined_in_binary()
    {
        await using var a = await BinaryModelAsync(1f, 3f);
        await using var b = await BinaryModelAsync(2f, 5f);
        await using var lane = await LaneFixture.StartAsync();
        lane.Route("a", oip, a.EndPoint);
        lane.Route("b", oip, b.EndPoint);
        Ensemble(lane, new() { Route = oip, Members = [new() { Service = "a" }, new() { Service = "b", Weight = 3 }], Combine = EnsembleCombine.Weighted });

        using var answer = await InferAsync(lane);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        var length = int.Parse(answer.Headers.GetValues("Inference-Header-Content-Length").Single(), System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(8, body.Length - length);
        Assert.Equal((1.75f, 4.5f), (BitConverter.ToSingle(body, length), BitConverter.ToSingle(body, length + 4)));
    }

    [Fact]
    public async Task Samples_of_a_member_are_averaged_first()
    {
        await using var low = await ModelAsync([0.0, 1.0]);
        await using var high = await ModelAsync([1.0, 0.0]);
        await using var other = await ModelAsync([1.0, 0.0]);
        await using var lane = await LaneFixture.StartAsync();
        lane.Route("a", oip with { Balance = new() { Policy = BalancePolicy.RoundRobin } }, low.EndPoint, high.EndPoint);
        lane.Route("b", oip, other.EndPoint);
        Ensemble(lane, new() { Route = oip, Members = [new() { Service = "a", Samples = 2 }, new() { Service = "b" }] });

        using var answer = await InferAsync(lane);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation))!;

        Assert.Equal(0.75, (double)body["outputs"]![0]!["data"]![0]!, 6);
        Assert.Equal((1, 1, 1), (low.Requests, high.Requests, other.Requests));
    }

    [Fact]
    public async Task A_quorum_is_combined_when_the_deadline_comes()
    {
        await using var a = await ModelAsync([0.2, 0.8]);
        await using var silent = RawBackend.Silent();
        await using var broken = await Backend.SayAsync("{\"error\":\"no\"}", 500);
        await using var lane = await LaneFixture.StartAsync();
        lane.Route("a", oip, a.EndPoint);
        lane.Route("broken", oip, broken.EndPoint);
        lane.Route("silent", oip, silent.EndPoint);
        EnsembleMember[] members = [new() { Service = "a" }, new() { Service = "broken" }, new() { Service = "silent" }];
        Ensemble(lane, new() { Route = oip, Members = members, Deadline = new(100), Quorum = 1 });

        using var answer = await InferAsync(lane);
        Ensemble(lane, new() { Route = oip, Members = members, Deadline = new(100), Quorum = 2 });
        using var missed = await InferAsync(lane);
        var why = await missed.Content.ReadAsStringAsync(cancellation);

        Assert.Equal("a", answer.Headers.GetValues("datahall-members").Single());
        Assert.Equal(HttpStatusCode.GatewayTimeout, missed.StatusCode);
        Assert.Contains("broken: it answered 500", why, StringComparison.Ordinal);
        Assert.Contains("silent: it did not answer in time", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_answer_is_passed_on_and_the_others_are_given_up()
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var slow = await Backend.StartAsync(async http =>
        {
            http.RequestAborted.Register(left.SetResult);
            await left.Task;
        });
        await using var quick = await ModelAsync([0.2, 0.8]);
        await using var lane = await LaneFixture.StartAsync();
        lane.Route("slow", oip, slow.EndPoint);
        lane.Route("quick", oip, quick.EndPoint);
        Ensemble(lane, new() { Route = oip, Members = [new() { Service = "slow" }, new() { Service = "quick" }], Combine = EnsembleCombine.First });

        using var answer = await InferAsync(lane);

        Assert.Equal("quick", answer.Headers.GetValues("datahall-members").Single());
        await left.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellation);
    }

    [Fact]
    public async Task What_every_member_finds_wrong_is_told_in_a_members_words()
    {
        await using var a = await Backend.SayAsync("{\"error\":\"input x is missing\"}", 400);
        await using var lane = await LaneFixture.StartAsync();
        lane.Route("a", oip, a.EndPoint);
        Ensemble(lane, new() { Route = oip, Members = [new() { Service = "a" }] });

        using var answer = await InferAsync(lane);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("input x is missing", await answer.Content.ReadAsStringAsync(cancellation), StringComparison.Ordinal);
    }

    private static void Ensemble(LaneFixture lane, EnsembleSpec spec) => lane.Route(new() { Name = "ens", Spec = spec.Route, Ensemble = spec });

    private static Task<HttpResponseMessage> InferAsync(LaneFixture lane) =>
        lane.Client.PostAsync("v2/models/ens/infer", new StringContent("{\"inputs\":[]}", Encoding.UTF8, "application/json"), cancellation);

    private static Task<Backend> ModelAsync(double[] values, System.Collections.Concurrent.ConcurrentBag<string>? asked = null) => Backend.StartAsync(async http =>
    {
        using var reader = new StreamReader(http.Request.Body);
        asked?.Add($"{http.Request.Path} {await reader.ReadToEndAsync()}");
        var data = string.Join(',', values.Select(static value => value.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($$"""{"model_name":"m","outputs":[{"name":"y","datatype":"FP32","shape":[1,{{values.Length}}],"data":[{{data}}]}]}""");
    });

    private static Task<Backend> BinaryModelAsync(params float[] values) => Backend.StartAsync(async http =>
    {
        var json = $$$"""{"model_name":"m","outputs":[{"name":"y","datatype":"FP32","shape":[{{{values.Length}}}],"parameters":{"binary_data_size":{{{values.Length * 4}}}}}]}""";
        http.Response.Headers["Inference-Header-Content-Length"] = json.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        http.Response.ContentType = "application/octet-stream";
        await http.Response.WriteAsync(json);
        await http.Response.Body.WriteAsync(values.SelectMany(BitConverter.GetBytes).ToArray());
    });
}
