namespace Datahall.Twin.Traces.Jobs;

/// <summary>The jobs of a public trace, by submission.</summary>
public sealed class JobTrace
{
    private readonly string? file;

    private JobTrace(string name, string? file, IEnumerable<TraceJob> jobs)
    {
        (Name, this.file) = (name, file);
        Jobs = [.. jobs.OrderBy(static job => job.SubmittedSeconds).Select(static (job, index) => job with { Index = index })];
    }

    /// <summary>The traces that can be read.</summary>
    public static IReadOnlyList<string> Names { get; } = ["muri", "philly", "elasticflow"];

    /// <summary>Whether a trace tells how long its jobs take to start up.</summary>
    public static bool TellsStartUps(string name) => name == "muri";

    /// <summary>Which trace it is.</summary>
    public string Name { get; }

    /// <summary>The jobs; equal times keep the reader's order.</summary>
    public IReadOnlyList<TraceJob> Jobs { get; }

    /// <summary>Makes a trace of jobs at hand.</summary>
    public static JobTrace Of(string name, IEnumerable<TraceJob> jobs) => new(name, null, jobs);

    /// <summary>Reads a trace.</summary>
    /// <param name="name">A name of <see cref="Names"/>.</param>
    /// <param name="file">Its job list.</param>
    /// <param name="window">Which jobs of the Philly trace; null for <see cref="TraceWindow.Philly"/>. The others have no dates.</param>
    /// <exception cref="TraceException">The file cannot be used; the message says where and what to do.</exception>
    public static JobTrace Read(string name, string file, TraceWindow? window)
    {
        var trace = new JobTrace(name, file, name switch
        {
            "muri" => MuriJobs.Read(file),
            "philly" => PhillyJobs.Read(file, window ?? TraceWindow.Philly),
            "elasticflow" => ElasticFlowJobs.Read(file),
            _ => throw new ArgumentException($"there is no job trace '{name}'; there are {string.Join(", ", Names)}", nameof(name)),
        });
        return trace.Jobs.Count > 0 ? trace : throw new TraceException($"{file}: there is no job in it; give a file with a line for each job");
    }

    /// <summary>Checks that every job fits into the empty pool.</summary>
    /// <exception cref="TraceException">One does not; the message names it.</exception>
    public void CheckFits(IReadOnlyList<int> nodes)
    {
        var pool = new NodePool(nodes);
        foreach (var job in Jobs.DistinctBy(static job => job.Gpus))
        {
            if (pool.Find(job.Gpus, NodeFit.First) is null)
            {
                var place = file is null ? "" : $"{file}:{job.Line}: ";
                throw new TraceException(
                    $"{place}the job asks {job.Gpus} GPUs, and the pool of {pool.Capacity} GPUs cannot hold it "
                    + $"(at most {pool.Largest} on a node, larger gangs on whole nodes); give a larger --pool, or leave the job out");
            }
        }
    }
}
