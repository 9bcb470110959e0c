namespace Datahall.Learning.Tracking;

/// <summary>A run as found in its folder.</summary>
/// <param name="Name">Its folder, relative to the store's.</param>
/// <param name="Folder">Its files.</param>
/// <param name="Document">What it says of itself.</param>
/// <param name="State">How it stands: one that says running, and that no process works on, was interrupted.</param>
/// <param name="Metrics">What was measured, by name.</param>
internal sealed record RunRecord(
    string Name, RunFolder Folder, RunDocument Document, RunState State, IReadOnlyDictionary<string, MetricSeries> Metrics)
{
    /// <summary>How long it took, or takes until now; null for an interrupted one, which left no end.</summary>
    public TimeSpan? Duration(DateTimeOffset now) =>
        State == RunState.Running ? now - Document.Started : Document.Ended - Document.Started;
}

/// <summary>The runs below a folder.</summary>
internal sealed class RunStore(string root)
{
    /// <summary>All runs, the latest start first.</summary>
    /// <exception cref="LearningException">The folder is not there, or a run is damaged.</exception>
    public IReadOnlyList<RunRecord> List()
    {
        if (!Directory.Exists(root))
        {
            throw new LearningException($"{root} is not there; name the folder that holds the runs");
        }

        return [.. Directory.EnumerateFiles(root, "run.json", SearchOption.AllDirectories)
            .Select(file => Read(Path.GetDirectoryName(file)!))
            .OrderByDescending(run => run.Document.Started)
            .ThenBy(run => run.Name, StringComparer.Ordinal)];
    }

    /// <summary>The run of a name, of the start of a name that no other run shares, or of a folder.</summary>
    /// <exception cref="LearningException">There is none, or more than one.</exception>
    public RunRecord Find(string name)
    {
        if (File.Exists(Path.Combine(root, name, "run.json")))
        {
            return Read(Path.Combine(root, name));
        }

        if (File.Exists(Path.Combine(name, "run.json")))
        {
            return Read(name);
        }

        IReadOnlyList<RunRecord> found = [.. List().Where(run => run.Name.StartsWith(name, StringComparison.Ordinal))];
        return found switch
        {
            [var run] => run,
            [] => throw new LearningException($"{root} has no run '{name}'; 'datahall runs ls' lists them"),
            _ => throw new LearningException($"'{name}' may be any of {string.Join(", ", found.Select(run => run.Name))}; write more of the name"),
        };
    }

    private RunRecord Read(string path)
    {
        var folder = new RunFolder(path);
        var document = folder.ReadDocument();
        var state = document.State == RunState.Running && folder.IsAbandoned() ? RunState.Interrupted : document.State;
        var name = Path.GetRelativePath(root, path);
        return new RunRecord(name == "." ? document.Name : name, folder, document, state, MetricSeries.Of(MetricFile.Read(folder.Metrics)));
    }
}
