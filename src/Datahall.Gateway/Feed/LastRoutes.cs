using System.Text.Json;
using Datahall.Gateway.Routes;
using Microsoft.Extensions.Logging;

namespace Datahall.Gateway.Feed;

/// <summary>The routes known last, in a file, so that a gateway that starts while the control plane is away can go on.</summary>
/// <param name="path">The file; null: they are not kept.</param>
/// <param name="logger">Where a file that cannot be written or read is told.</param>
internal sealed partial class LastRoutes(string? path, ILogger<LastRoutes> logger)
{
    /// <summary>What was kept; null when there is nothing to go on with.</summary>
    public GatewayConfig? Read()
    {
        try
        {
            return path is not null && File.Exists(path) ? GatewayJson.Read<GatewayConfig>(File.ReadAllBytes(path)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnreadable(path!, e.Message);
            return null;
        }
    }

    /// <summary>Keeps the routes; in one piece or not at all.</summary>
    public void Write(GatewayConfig config)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            var fresh = $"{path}.new";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite; // It holds hashes of keys.
            }

            using (var file = new FileStream(fresh, options))
            {
                file.Write(GatewayJson.Write(config));
            }

            File.Move(fresh, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // Traffic does not depend on it.
        {
            LogUnwritable(path, e.Message);
        }
    }

    [LoggerMessage(5011, LogLevel.Warning, "{Path} cannot be read ({Reason}); the gateway waits for the control plane")]
    private partial void LogUnreadable(string path, string reason);

    [LoggerMessage(5012, LogLevel.Warning, "{Path} cannot be written ({Reason}); a restart without the control plane would know no routes")]
    private partial void LogUnwritable(string path, string reason);
}
