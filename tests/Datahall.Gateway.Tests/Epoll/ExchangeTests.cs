namespace Datahall.Gateway.Tests.Epoll;

public sealed class ExchangeTests
{
    [Fact]
    public async Task A_request_reaches_the_replica_and_its_answer_the_client()
    {
        var seen = new List<string>();
        using var replica = ScriptedReplica.Answering("HTTP/1.1 201 Made\r\nX-Mine: yes\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\nok", seen);
        await using var lane = new LaneUnderTest(replica);

        var answer = await lane.AskAsync("POST /a/b?c=d HTTP/1.1\r\nHost: example\r\nX-Forwarded-For: 6.6.6.6\r\nConnection: X-Drop, keep-alive\r\nX-Drop: 1\r\nX-Keep: 2\r\nContent-Length: 3\r\n\r\nabc");

        Assert.Equal("HTTP/1.1 201 Made\r\nX-Mine: yes\r\nContent-Length: 2\r\n\r\nok", answer);
        var request = Assert.Single(seen);
        Assert.StartsWith("POST /a/b?c=d HTTP/1.1\r\nHost: example\r\nX-Keep: 2\r\nContent-Length: 3\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: example\r\ntraceparent: 00-", request);
        Assert.EndsWith("\r\n\r\nabc", request);
    }

    [Fact]
    public async Task Requests_on_one_connection_use_one_connection_to_the_replica()
    {
        using var replica = ScriptedReplica.Answering(ScriptedReplica.Ok("hello"));
        await using var lane = new LaneUnderTest(replica);
        using var client = await lane.ConnectAsync();

        for (var i = 0; i < 100; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.EndsWith("hello", await client.ReadAnswerAsync());
        }

        Assert.Equal(1, replica.Connections);
    }
}
