using Datahall.Energy.Facility;
using Datahall.Model;
using Datahall.Twin.Traces;

namespace Datahall.Twin.Energy;

/// <summary>How busy the servers of a scenario are.</summary>
internal sealed class ScenarioLoad
{
    private readonly IReadOnlyList<GroupLoad> curves;
    private readonly int[] curveOfBlock; // −1: idle.

    private ScenarioLoad(IReadOnlyList<LoadGroup> groups, IReadOnlyList<GroupLoad> curves, int[] curveOfBlock) =>
        (Groups, this.curves, this.curveOfBlock) = (groups, curves, curveOfBlock);

    public IReadOnlyList<LoadGroup> Groups { get; }

    /// <summary>The group whose servers take the jobs; −1: there is none.</summary>
    public int JobGroup => Groups.Index().Where(static group => group.Item.Jobs is not null).Select(static group => group.Index).DefaultIfEmpty(-1).First();

    /// <summary>The group of each block; −1: in none. Shape [blocks].</summary>
    public ReadOnlySpan<int> GroupOfBlock => curveOfBlock;

    /// <exception cref="TraceException">A file cannot be used, or a group holds no server.</exception>
    public static ScenarioLoad Of(IReadOnlyList<LoadGroup> groups, FacilityModel facility, Func<string, string> locate)
    {
        int[] ofBlock = [.. facility.Blocks.Select(block => groups.Index().Where(group => IsIn(block, group.Item)).Select(static group => group.Index).DefaultIfEmpty(-1).First())];
        foreach (var (index, group) in groups.Index())
        {
            if (!ofBlock.Contains(index))
            {
                throw new TraceException($"spec.workload[{index}]: no server is in group '{group.Name}': none is in that hall, rack and type, or groups before it have them all");
            }
        }

        return new(groups, [.. groups.Select(group => new GroupLoad(group, locate))], ofBlock);
    }

    /// <summary>Sets the utilisation of every block. Allocates nothing.</summary>
    /// <param name="seconds">The time since the start, in seconds.</param>
    /// <param name="utilisation">Receives it, from 0 to 1. Shape [blocks].</param>
    public void At(double seconds, Span<double> utilisation)
    {
        Span<double> now = curves.Count <= 64 ? stackalloc double[curves.Count] : new double[curves.Count];
        for (var i = 0; i < now.Length; i++)
        {
            now[i] = curves[i].At(seconds);
        }

        for (var i = 0; i < utilisation.Length; i++)
        {
            utilisation[i] = curveOfBlock[i] >= 0 ? now[curveOfBlock[i]] : 0;
        }
    }

    private static bool IsIn(ServerBlock block, LoadGroup group) =>
        (group.Hall is null || group.Hall == block.Hall)
        && (group.Racks is null || block.Rack.StartsWith(group.Racks, StringComparison.Ordinal))
        && (group.Model is null || group.Model == block.Type.Name);
}

/// <summary>The load of one group over time, of days that begin at midnight.</summary>
internal sealed class GroupLoad
{
    private readonly LoadGroup group;
    private readonly double[] times = [];
    private readonly double[] values = [];

    public GroupLoad(LoadGroup group, Func<string, string> locate)
    {
        this.group = group;
        if (group.File is not { } file)
        {
            return;
        }

        var table = CsvTable.Read(locate(file), "seconds", group.Name);
        (times, values) = (new double[table.Count], new double[table.Count]);
        for (var row = 0; row < times.Length; row++)
        {
            (times[row], values[row]) = (table.Real(row, "seconds"), table.Real(row, group.Name));
            if (values[row] > 1)
            {
                throw table.Wrong(row, group.Name, "a utilisation from 0 to 1");
            }

            if (row == 0 ? times[0] != 0 : times[row] <= times[row - 1])
            {
                throw table.Wrong(row, "seconds", "0 in the first row, and more in each that follows");
            }
        }

        if (times.Length < 2)
        {
            throw new TraceException($"{file}: has {times.Length} rows; give two or more, so that it is clear how long the last one lasts");
        }
    }

    /// <summary>The utilisation, from 0 to 1.</summary>
    public double At(double seconds)
    {
        var hour = seconds / 3600 % 24;
        return group switch
        {
            { Utilisation: { } steady } => steady,
            { Hours: { } hours } => hours.Covers(hour) ? hours.High : hours.Low,
            { Wave: { } wave } => wave.Low + ((wave.High - wave.Low) * (1 + Math.Cos(2 * Math.PI * (hour - wave.PeakHour) / 24)) / 2),
            { Jobs: not null } => 0, // The scheduler says, server by server.
            _ => FromFile(seconds),
        };
    }

    // A row holds until the next; the last as long as the one before it. Then the file begins again.
    private double FromFile(double seconds)
    {
        var length = times[^1] + (times[^1] - times[^2]);
        var at = Array.BinarySearch(times, seconds % length);
        return values[at >= 0 ? at : ~at - 1];
    }
}
