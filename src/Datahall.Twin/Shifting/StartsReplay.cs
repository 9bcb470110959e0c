using Datahall.Energy.Shifting;
using Datahall.Twin.Traces;

namespace Datahall.Twin.Shifting;

/// <summary>Tells what waiting for cheap or clean hours is worth: a job that comes at each hour of a record of rates, with all of it known beforehand.</summary>
public static class StartsReplay
{
    /// <summary>Replays a record.</summary>
    /// <param name="file">A CSV with a header line and a row for each hour; an empty cell is as the hour before.</param>
    /// <param name="column">The column of the rate, such as a price or a carbon intensity; null: the last one.</param>
    /// <param name="duration">How long each job runs, above 0.</param>
    /// <param name="within">How long after it came it starts at latest, 0 or more.</param>
    /// <exception cref="TraceException">The file cannot be used, or is shorter than one job with its slack.</exception>
    /// <remarks>O(hours · slack).</remarks>
    public static StartsReport Run(string file, string? column, TimeSpan duration, TimeSpan within)
    {
        var (name, rates) = Read(file, column);
        var hours = (int)Math.Ceiling((duration + within).TotalHours);
        var jobs = rates.Length - hours + 1;
        if (jobs < 1)
        {
            throw new TraceException($"{file}: has {rates.Length} hours; a job with its slack takes {hours}");
        }

        var (atOnce, window, parted) = (0.0, 0.0, 0.0);
        var edges = Enumerable.Range(0, hours + 1).Select(static hour => hour * 3600.0).ToArray();
        for (var hour = 0; hour < jobs; hour++)
        {
            var curve = new RateCurve(edges, rates.AsSpan(hour, hours));
            var (seconds, slack) = (duration.TotalSeconds, within.TotalSeconds);
            var start = CheapestWindow.Start(curve, seconds, slack);
            atOnce += curve.Mean(0, seconds);
            window += curve.Mean(start, start + seconds);
            parted += CheapestRuns.Find(curve, seconds, seconds + slack).Sum(run => curve.Mean(run.From, run.To) * (run.To - run.From)) / seconds;
        }

        return new(name, jobs, atOnce / jobs, window / jobs, parted / jobs);
    }

    private static (string Name, double[] Rates) Read(string file, string? column)
    {
        var table = CsvTable.Read(file);
        var name = table.Required(column ?? table.LastColumn);
        var rates = new double[table.Count];
        for (var row = 0; row < rates.Length; row++)
        {
            rates[row] = row > 0 && table.Text(row, name).Length == 0 ? rates[row - 1] : table.Signed(row, name);
        }

        return (name, rates);
    }
}

/// <summary>What waiting is worth, in means over all jobs, in the unit of the rate.</summary>
/// <param name="Column">The column of the rate.</param>
/// <param name="Jobs">How many jobs came.</param>
/// <param name="AtOnce">The rate when each starts at once.</param>
/// <param name="Window">The rate when each starts at its best hour.</param>
/// <param name="Parted">The rate when each may also be interrupted, at no cost.</param>
public sealed record StartsReport(string Column, int Jobs, double AtOnce, double Window, double Parted);
