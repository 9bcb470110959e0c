using System.Net;
using Datahall.Gateway.Tests.Kestrel.Grpc;
using global::Grpc.Core;
using global::Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Datahall.Gateway.Tests.Kestrel;

public sealed class GrpcTests
{
    private static readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_passes_with_its_answer_and_trailers()
    {
        await using var server = await StartAsync();
        await using var lane = await LaneFixture.ToAsync(new(), server.End);
        using var channel = GrpcChannel.ForAddress(lane.Url);
        var client = new Counting.CountingClient(channel);

        using var call = client.DoubleAsync(new() { Value = 21 }, cancellationToken: cancellation);
        var answer = await call.ResponseAsync;

        Assert.Equal(42, answer.Value);
        Assert.Equal("yes", call.GetTrailers().GetValue("doubled"));
    }

    [Fact]
    public async Task A_failure_passes_with_its_status()
    {
        await using var server = await StartAsync();
        await using var lane = await LaneFixture.ToAsync(new(), server.End);
        using var channel = GrpcChannel.ForAddress(lane.Url);
        var client = new Counting.CountingClient(channel);

        var failure = await Assert.ThrowsAsync<RpcException>(() => client.FailAsync(new(), cancellationToken: cancellation).ResponseAsync);

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Equal("not like this", failure.Status.Detail);
    }

    [Fact]
    public async Task A_conversation_goes_back_and_forth()
    {
        await using var server = await StartAsync();
        await using var lane = await LaneFixture.ToAsync(new(), server.End);
        using var channel = GrpcChannel.ForAddress(lane.Url);
        var client = new Counting.CountingClient(channel);

        using var call = client.Talk(cancellationToken: cancellation);
        for (var i = 1; i <= 3; i++)
        {
            await call.RequestStream.WriteAsync(new() { Value = i }, cancellation);

            Assert.True(await call.ResponseStream.MoveNext(cancellation));
            Assert.Equal(i * 2, call.ResponseStream.Current.Value);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(cancellation));
    }

    [Fact]
    public async Task A_call_that_a_dead_replica_cannot_take_goes_to_another()
    {
        await using var server = await StartAsync();
        await using var lane = await LaneFixture.ToAsync(new() { Balance = new() { Policy = Datahall.Model.BalancePolicy.RoundRobin } }, server.End, RawBackend.Nobody());
        using var channel = GrpcChannel.ForAddress(lane.Url);
        var client = new Counting.CountingClient(channel);

        Assert.Equal(8, (await client.DoubleAsync(new() { Value = 4 }, cancellationToken: cancellation)).Value);
    }

    private static async Task<Server> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        ListenOptions? bound = null;
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            bound = listen;
        }));
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<Service>();
        await app.StartAsync(cancellation);
        return new(app, bound!.IPEndPoint!);
    }

    private sealed class Server(WebApplication app, IPEndPoint end) : IAsyncDisposable
    {
        public IPEndPoint End { get; } = end;

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }

    private sealed class Service : Counting.CountingBase
    {
        public override Task<Number> Double(Number request, ServerCallContext context)
        {
            context.ResponseTrailers.Add("doubled", "yes");
            return Task.FromResult(new Number { Value = request.Value * 2 });
        }

        public override async Task Talk(IAsyncStreamReader<Number> requestStream, IServerStreamWriter<Number> responseStream, ServerCallContext context)
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                await responseStream.WriteAsync(new() { Value = requestStream.Current.Value * 2 }, context.CancellationToken);
            }
        }

        public override Task<Number> Fail(Number request, ServerCallContext context) =>
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "not like this"));
    }
}
