using Yarp.ReverseProxy.Configuration;

if (args.Length < 2)
{
    Console.Error.WriteLine("usage: yarp URL BACKEND…        such as: yarp http://127.0.0.1:8080 http://127.0.0.1:9001 http://127.0.0.1:9002");
    return 2;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls(args[0]);
var destinations = args[1..].ToDictionary(static url => url, static url => new DestinationConfig { Address = url });
builder.Services.AddReverseProxy().LoadFromMemory(
    [new RouteConfig { RouteId = "all", ClusterId = "backends", Match = new() { Path = "{**rest}" } }],
    [new ClusterConfig { ClusterId = "backends", LoadBalancingPolicy = "RoundRobin", Destinations = destinations }]);
var app = builder.Build();
app.MapReverseProxy();
await app.RunAsync();
return 0;
