using System.Text;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Tests.Dispatch;
using Datahall.Model;

namespace Datahall.Gateway.Tests.Routes;

public sealed class RoutingTableTests
{
    private static readonly FakeLane lane = new(
        FakeLane.Route("any"),
        FakeLane.Route("deep", spec: new() { Path = "/api/v2" }),
        FakeLane.Route("shallow", spec: new() { Path = "/api" }),
        FakeLane.Route("host", spec: new() { Hosts = ["api.example.com"] }),
        FakeLane.Route("wild", spec: new() { Hosts = ["*.example.com"], Path = "/wild" }),
        FakeLane.Route("narrow", spec: new() { Hosts = ["*.eu.example.com"] }),
        FakeLane.Route("blue", spec: new() { Path = "/colour", Headers = new Dictionary<string, string> { ["X-Colour"] = "blue" } }),
        FakeLane.Route("plain", spec: new() { Path = "/colour" }),
        FakeLane.Route("ner", spec: new() { Protocol = RouteProtocol.Oip }),
        FakeLane.Route("topic", spec: new() { Protocol = RouteProtocol.Oip, Models = ["topic-a", "topic-b"] }),
        FakeLane.Route("llama", spec: new() { Protocol = RouteProtocol.OpenAI, Models = ["llama", "meta/llama:8b"] }),
        FakeLane.Route("qwen", spec: new() { Protocol = RouteProtocol.OpenAI }));

    [Theory]
    [InlineData("", "/", "any")]
    [InlineData("", "/api", "shallow")]
    [InlineData("", "/api/v1", "shallow")]
    [InlineData("", "/api/v2/x", "deep")]
    [InlineData("", "/api/v22", "shallow")] // A path ends at a slash, not within a word.
    [InlineData("", "/apix", "any")]
    [InlineData("api.example.com", "/x", "host")]
    [InlineData("API.Example.COM", "/x", "host")]
    [InlineData("api.example.com", "/wild/x", "host")] // An exact host wins over a wildcard with a longer path.
    [InlineData("www.example.com", "/wild", "wild")]
    [InlineData("www.example.com", "/api", "shallow")] // What no route of the host takes goes to those of any host.
    [InlineData("a.eu.example.com", "/", "narrow")]
    [InlineData("a.eu.example.com", "/wild", "narrow")]
    [InlineData("example.com", "/wild", "any")] // A wildcard stands for at least one label.
    [InlineData("", "/v2/models/ner/infer", "ner")]
    [InlineData("", "/v2/models/topic-b/versions/3/infer", "topic")]
    [InlineData("", "/v2/repository/models/ner/load", "ner")]
    [InlineData("", "/v1/models/qwen", "qwen")]
    public void Host_path_and_model_of_the_path_choose(string host, string path, string route)
    {
        var (exchange, step) = lane.Begin(path, host);

        Assert.Equal(Step.Send, step);
        Assert.Equal(route, exchange.Route!.Name);
    }

    [Theory]
    [InlineData("blue", "blue")]
    [InlineData("Blue", "plain")]
    [InlineData(null, "plain")]
    public void Headers_choose_before_routes_without(string? colour, string route)
    {
        var (exchange, _) = lane.Begin("/colour", headers: colour is null ? new() : new(("x-colour", colour)));

        Assert.Equal(route, exchange.Route!.Name);
    }

    [Theory]
    [InlineData("llama", "llama")]
    [InlineData("meta/llama:8b", "llama")]
    [InlineData("qwen", "qwen")]
    public void The_model_of_the_body_chooses(string model, string route)
    {
        var (exchange, step) = lane.Begin("/v1/chat/completions", method: "POST", length: 100);

        Assert.Equal(Step.NeedBody, step);
        Assert.Equal(Step.Send, exchange.WithBody(Encoding.UTF8.GetBytes(model), [], new FakeHeaders(), GatewayClock.Now));
        Assert.Equal(route, exchange.Route!.Name);
    }

    [Theory]
    [InlineData("gpt-4", 404, "no_model")]
    [InlineData("", 400, "model_missing")]
    public void A_model_that_nobody_serves_is_refused(string model, int status, string reason)
    {
        var (exchange, _) = lane.Begin("/v1/chat/completions", method: "POST", length: 100);

        Assert.Equal(Step.Refuse, exchange.WithBody(Encoding.UTF8.GetBytes(model), [], new FakeHeaders(), GatewayClock.Now));
        Assert.Equal((status, reason), (exchange.Refusal!.Status, exchange.Refusal.Reason));
        Assert.Equal(RouteProtocol.OpenAI, exchange.Protocol);
    }

    [Fact]
    public void A_star_takes_every_model_that_no_other_route_has()
    {
        var stars = new FakeLane(
            FakeLane.Route("a", spec: new() { Protocol = RouteProtocol.Oip, Models = ["a"] }),
            FakeLane.Route("rest", spec: new() { Protocol = RouteProtocol.Oip, Models = ["*"] }));

        Assert.Equal("a", stars.Begin("/v2/models/a/infer").Exchange.Route!.Name);
        Assert.Equal("rest", stars.Begin("/v2/models/b/infer").Exchange.Route!.Name);
    }

    [Fact]
    public void Without_a_route_the_answer_is_404()
    {
        var (exchange, step) = new FakeLane().Begin("/x");

        Assert.Equal(Step.Refuse, step);
        Assert.Equal(404, exchange.Refusal!.Status);
    }

    [Theory]
    [InlineData("/v1/models", """{"object":"list","data":[{"id":"llama","object":"model","created":0,"owned_by":"llama"},{"id":"meta/llama:8b","object":"model","created":0,"owned_by":"llama"},{"id":"qwen","object":"model","created":0,"owned_by":"qwen"}]}""")]
    [InlineData("/v2/health/live", """{"live":true}""")]
    [InlineData("/v2/health/ready", """{"ready":true}""")]
    [InlineData("/v2/models", """{"models":["ner","topic-a","topic-b"]}""")]
    public void What_is_about_all_models_the_gateway_answers_itself(string path, string body)
    {
        var (exchange, step) = lane.Begin(path);

        Assert.Equal(Step.Answer, step);
        Assert.Equal(body, Encoding.UTF8.GetString(exchange.Answer!.Body.Span));
    }
}
