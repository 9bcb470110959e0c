namespace Datahall.Scheduling.Ordering;

/// <summary>The scale on which service is measured: level 0 ends at one minute, and each further one is twice as long as all before it.</summary>
public static class ServiceLevels
{
    /// <summary>How many levels there are; the last one has no end.</summary>
    public const int Count = 24;

    private const double FirstEnd = 60;

    /// <summary>The level of a service.</summary>
    /// <param name="service">In seconds or GPU-seconds, 0 or more.</param>
    public static int Of(double service)
    {
        // A sum of run times may fall short of a level's end by its rounding.
        var reached = service * (1 + 1e-9);
        return reached < FirstEnd ? 0 : Math.Min(Count - 1, Math.ILogB(reached / FirstEnd) + 1);
    }

    /// <summary>Where a level starts, in seconds or GPU-seconds.</summary>
    public static double Start(int level) => level == 0 ? 0 : End(level - 1);

    /// <summary>Where a level ends, in seconds or GPU-seconds; positive infinity for the last.</summary>
    public static double End(int level) => level >= Count - 1 ? double.PositiveInfinity : Math.ScaleB(FirstEnd, level);

    /// <summary>How long a level is; the last as if it ended when service doubles.</summary>
    public static double Length(int level) => level >= Count - 1 ? Start(level) : End(level) - Start(level);

    /// <summary>How much service is left of the level a service is in.</summary>
    public static double Left(double service) => End(Of(service)) - service;
}
