using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Routes;
using Datahall.Gateway.Tests.Dispatch;
using Datahall.Model;

namespace Datahall.Gateway.Tests.Tenancy;

public sealed class TenantTests
{
    private const string KeyOfA = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"; // SHA-256 of "a".

    [Theory]
    [InlineData("authorization", "Bearer a", null)]
    [InlineData("authorization", "bearer   a ", null)]
    [InlineData("x-api-key", "a", null)]
    [InlineData("api-key", "a", null)]
    [InlineData("authorization", "Bearer b", "wrong_key")]
    [InlineData("authorization", "Basic a", "no_key")]
    [InlineData("authorization", "Bearer ", "no_key")]
    [InlineData("other", "a", "no_key")]
    public void A_route_with_keys_asks_for_one(string header, string value, string? reason)
    {
        var lane = Lane(new());

        var (exchange, step) = lane.Begin(headers: new((header, value)));

        Assert.Equal(reason is null ? Step.Send : Step.Refuse, step);
        Assert.Equal(reason, exchange.Refusal?.Reason);
        Assert.Equal(reason is null ? "acme" : "", exchange.Tenant.Name);
    }

    [Fact]
    public void A_key_too_long_to_be_one_is_none()
    {
        var (exchange, _) = Lane(new()).Begin(headers: new(("authorization", "Bearer " + new string('a', 5000))));

        Assert.Equal(401, exchange.Refusal!.Status);
    }

    [Fact]
    public void A_tenant_may_call_what_it_is_allowed()
    {
        var lane = Lane(new() { Models = ["other"] });

        Assert.Equal("model_forbidden", lane.Begin(headers: Key).Exchange.Refusal!.Reason);
        Assert.Equal(Step.Send, Lane(new() { Models = ["s"] }).Begin(headers: Key).Step);
    }

    [Fact]
    public void A_minutes_worth_may_come_at_once_and_then_429_says_when()
    {
        var lane = Lane(new() { RequestsPerMinute = 6 });
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(Step.Send, lane.Begin(headers: Key).Step);
        }

        var refusal = lane.Begin(headers: Key).Exchange.Refusal!;

        Assert.Equal((429, "request_rate"), (refusal.Status, refusal.Reason));
        Assert.InRange(refusal.RetryAfterSeconds, 9, 10); // One comes each 10 s.
    }

    [Fact]
    public void Gateways_share_what_is_limited()
    {
        var lane = Lane(new() { RequestsPerMinute = 6, Concurrency = 4 }, gateways: 2);

        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => lane.Begin(headers: Key).Step is Step.Send));
        Assert.Equal("tenant_concurrency", lane.Begin(headers: Key).Exchange.Refusal!.Reason);
    }

    [Fact]
    public void Tokens_are_charged_when_the_answer_has_told_them()
    {
        var lane = Lane(new() { TokensPerMinute = 100 }, protocol: RouteProtocol.OpenAI);
        var exchange = Chat(lane);
        Assert.True(exchange.CountsTokens);

        exchange.OnHead(200, replayable: true, GatewayClock.Now);
        exchange.CountTokens("""{"choices":[],"usage":{"prompt_tokens":40,"total_to"""u8);
        exchange.CountTokens("""kens": 160}}"""u8);
        exchange.OnEnd(GatewayClock.Now);

        var refusal = Chat(lane).Refusal!;
        Assert.Equal((429, "token_rate"), (refusal.Status, refusal.Reason));
        Assert.InRange(refusal.RetryAfterSeconds, 36, 37); // 61 tokens at 100 a minute.
    }

    [Fact]
    public void What_is_under_way_counts_until_it_ends()
    {
        var lane = Lane(new() { Concurrency = 1 });
        var (first, _) = lane.Begin(headers: Key);
        Assert.Equal(Step.Refuse, lane.Begin(headers: Key).Step);

        first.OnCancelled(GatewayClock.Now);

        Assert.Equal(Step.Send, lane.Begin(headers: Key).Step);
    }

    [Fact]
    public void A_changed_rate_keeps_what_is_used_up()
    {
        var lane = Lane(new() { RequestsPerMinute = 2 });
        _ = lane.Begin(headers: Key);
        _ = lane.Begin(headers: Key);

        lane.Apply(Config(new() { RequestsPerMinute = 4 }, 1, RouteProtocol.Http) with { Revision = 2 });

        Assert.Equal("request_rate", lane.Begin(headers: Key).Exchange.Refusal!.Reason);
    }

    private static FakeHeaders Key => new(("authorization", "Bearer a"));

    private static Exchange Chat(FakeLane lane)
    {
        var (exchange, _) = lane.Begin("/v1/chat/completions", method: "POST", headers: Key, length: 10);
        exchange.WithBody("s"u8, [], Key, GatewayClock.Now);
        return exchange;
    }

    private static FakeLane Lane(TenantSpec spec, int gateways = 1, RouteProtocol protocol = RouteProtocol.Http) => new(Config(spec, gateways, protocol));

    private static GatewayConfig Config(TenantSpec spec, int gateways, RouteProtocol protocol) => new()
    {
        Revision = 1,
        Gateways = gateways,
        Routes = [FakeLane.Route("s", spec: new() { Access = RouteAccess.Keys, Protocol = protocol })],
        Tenants = [new("acme", spec with { Keys = [new() { Name = "k", Sha256 = KeyOfA }] })],
    };
}
