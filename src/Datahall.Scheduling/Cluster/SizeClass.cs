namespace Datahall.Scheduling.Cluster;

/// <summary>Tasks by how many devices they take: a share, 1, 2, up to 4, up to 8, more.</summary>
internal static class SizeClass
{
    public const int Count = 6;

    /// <summary>The class of a task that takes devices.</summary>
    public static int Of(int devices, int milliPerDevice) => (devices, milliPerDevice) switch
    {
        (_, < 1000) => 0,
        (1, _) => 1,
        (2, _) => 2,
        ( <= 4, _) => 3,
        ( <= 8, _) => 4,
        _ => 5,
    };
}
