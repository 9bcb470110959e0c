using System.Globalization;

namespace Datahall.Twin.Traces.Jobs;

/// <summary>The jobs of a public trace, by submission.</summary>
public sealed class JobTrace
{
    private JobTrace(string name, IEnumerable<TraceJob> jobs)
    {
        Name = name;
        Jobs = [.. jobs.OrderBy(static job => job.SubmittedSeconds).Select(static (job, index) => job with { Index = index })];
    }

    /// <summary>The traces that can be read: <c>muri</c>, <c>philly</c>, <c>elasticflow</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["muri", "philly", "elasticflow"];

    /// <summary>Which trace it is.</summary>
    public string Name { get; }

    /// <summary>The jobs; equal times keep the file's order.</summary>
    public IReadOnlyList<TraceJob> Jobs { get; }

    /// <summary>Makes a trace of jobs at hand.</summary>
    public static JobTrace Of(string name, IEnumerable<TraceJob> jobs) => new(name, jobs);

    /// <summary>Reads a trace.</summary>
    /// <param name="name">A name of <see cref="Names"/>.</param>
    /// <param name="file">Its file.</param>
    /// <exception cref="TraceException">The file cannot be used; the message says where and what to do.</exception>
    public static JobTrace Read(string name, string file) => name switch
    {
        "muri" => new(name, MuriJobs.Read(file)),
        "philly" => new(name, PhillyJobs.Read(file)),
        "elasticflow" => new(name, ElasticFlowJobs.Read(file)),
        _ => throw new ArgumentException($"there is no job trace '{name}'; there are {string.Join(", ", Names)}", nameof(name)),
    };
}
