using Datahall.Model;

namespace Datahall.Server.Console.Figures;

/// <summary>Where the pages of resources are.</summary>
internal static class Addresses
{
    /// <summary>The page of a resource; null when its kind has none.</summary>
    public static string? Of(ResourceKey key) => key.Kind switch
    {
        ResourceKinds.Job => $"/jobs/{Uri.EscapeDataString(key.Name)}",
        ResourceKinds.Service => $"/services/{Uri.EscapeDataString(key.Name)}",
        ResourceKinds.Node => $"/nodes/{Uri.EscapeDataString(key.Name)}",
        ResourceKinds.Task => $"/tasks/{Uri.EscapeDataString(key.Name)}",
        ResourceKinds.Queue => $"/queues#{Uri.EscapeDataString(key.Name)}",
        _ => null,
    };
}
