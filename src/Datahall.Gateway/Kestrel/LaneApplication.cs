using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace Datahall.Gateway.Kestrel;

/// <summary>What Kestrel calls for each request: no pipeline in between.</summary>
internal sealed class LaneApplication(KestrelLane lane) : IHttpApplication<LaneRequest>
{
    public LaneRequest CreateContext(IFeatureCollection contextFeatures)
    {
        // Kestrel keeps it with the connection for the next request.
        var container = contextFeatures as IHostContextContainer<LaneRequest>;
        var request = container?.HostContext ?? new();
        if (container is not null)
        {
            container.HostContext = request;
        }

        request.Http.Initialize(contextFeatures);
        return request;
    }

    public Task ProcessRequestAsync(LaneRequest context) => new RequestRun(lane, context).RunAsync();

    public void DisposeContext(LaneRequest context, Exception? exception) => context.Http.Uninitialize();
}
