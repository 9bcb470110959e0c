using Datahall.Model;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Cluster;

/// <summary>Numbers for the device models of a cluster; an instance of a MIG profile is a model of its own.</summary>
internal sealed class DeviceModels
{
    private readonly Dictionary<(string Model, string? Mig), int> ids = [];
    private bool hasMig;

    /// <summary>One more than the highest number; 0 is no model.</summary>
    public int Count => ids.Count + 1;

    /// <summary>The number of a device's model.</summary>
    public int Id(Device device)
    {
        var key = (device.Model, device.MigProfile);
        if (!ids.TryGetValue(key, out var id))
        {
            ids[key] = id = ids.Count + 1;
            hasMig |= device.MigProfile is not null;
        }

        return id;
    }

    /// <summary>The one model of these devices; 0 when there are none, -1 when there are several.</summary>
    public static int Uniform(ReadOnlySpan<int> models) =>
        models.Length == 0 ? 0 : models.ContainsAnyExcept(models[0]) ? -1 : models[0];

    /// <summary>The models that will do for a request. Instances are given only to who asks for their profile.</summary>
    public ModelFilter For(IReadOnlyList<string> wanted, string? mig)
    {
        if (wanted.Count == 0 && mig is null && !hasMig)
        {
            return default;
        }

        var allowed = new bool[Count];
        foreach (var ((model, profile), id) in ids)
        {
            allowed[id] = profile == mig && (wanted.Count == 0 || wanted.Contains(model));
        }

        return new(allowed);
    }

    /// <inheritdoc cref="For(IReadOnlyList{string}, string?)"/>
    public ModelFilter For(PlacementRequest request) => request.Devices == 0 ? default : For(request.ModelList, request.Mig);
}
