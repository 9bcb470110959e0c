using Datahall.Learning.Tracking.Mlflow;
using Datahall.Learning.Tracking.TensorBoard;

namespace Datahall.Learning.Tracking;

/// <summary>What a run is started with. <see cref="Data"/> are files, or folders whose files all count.</summary>
internal sealed record RunOptions(string Folder, IReadOnlyDictionary<string, string> Configuration)
{
    public IReadOnlyList<string> Data { get; init; } = [];

    public IReadOnlyList<string> CommandLine { get; init; } = [];

    /// <summary>Where the code lies, for its git commit.</summary>
    public string CodeFolder { get; init; } = Environment.CurrentDirectory;

    public bool TensorBoard { get; init; } = true;

    /// <summary>Null: no MLflow server is told. <see cref="MlflowServer.FromEnvironment"/> reads it from the environment.</summary>
    public MlflowServer? Mlflow { get; init; }
}

/// <summary>Keeps the record of one run while it works: in its folder, and wherever else the sinks write. Thread safe.</summary>
internal sealed class RunTracker : IDisposable
{
    private readonly Lock gate = new();
    private readonly RunFolder folder;
    private readonly TimeProvider time;
    private readonly FileStream held;
    private readonly IReadOnlyList<ITrackingSink> sinks;
    private RunDocument run;

    private RunTracker(RunFolder folder, FileStream held, RunDocument run, IReadOnlyList<MetricLine> kept, IReadOnlyList<ITrackingSink> sinks, TimeProvider time)
    {
        (this.folder, this.held, this.run, this.sinks, this.time) = (folder, held, run, sinks, time);
        folder.Write(run);
        foreach (var sink in sinks)
        {
            sink.Start(run, kept);
        }
    }

    public string Folder => folder.Path;

    /// <summary>Starts a run in a folder that has none yet.</summary>
    /// <param name="options">The run.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Takes the one or two lines for the user that tracking may have to say, such as that a server does not answer.</param>
    /// <exception cref="LearningException">The folder holds a run already, or a data file is not there.</exception>
    public static RunTracker Start(RunOptions options, TimeProvider time, Action<string> tell)
    {
        var folder = new RunFolder(Path.GetFullPath(options.Folder));
        if (File.Exists(folder.Document))
        {
            throw new LearningException($"{folder.Path} holds a run already; resume it, or choose another folder");
        }

        Directory.CreateDirectory(folder.Path);
        var held = Hold(folder);
        return Opened(held, () => new RunTracker(folder, held, Describe(options, folder, time), [], Sinks(options, folder, time, tell), time));
    }

    /// <summary>Goes on with a run after a step: what was measured after it is forgotten, because it will be measured again.</summary>
    /// <param name="options">The run, as it is now.</param>
    /// <param name="lastStep">The step of the checkpoint that the run goes on from.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">As in <see cref="Start"/>.</param>
    /// <exception cref="LearningException">There is no run, or another process works on it.</exception>
    public static RunTracker Resume(RunOptions options, long lastStep, TimeProvider time, Action<string> tell)
    {
        var folder = new RunFolder(Path.GetFullPath(options.Folder));
        var before = folder.ReadDocument();
        var held = Hold(folder);
        return Opened(held, () =>
        {
            var run = Describe(options, folder, time) with
            {
                Started = before.Started,
                Artifacts = before.Artifacts,
                Resumed = [.. before.Resumed, new RunResumption(time.GetUtcNow(), lastStep)],
            };
            return new RunTracker(folder, held, run, MetricFile.Truncate(folder.Metrics, lastStep), Sinks(options, folder, time, tell), time);
        });
    }

    /// <summary>Records what was measured at a step.</summary>
    public void Log(long step, IReadOnlyDictionary<string, double> metrics)
    {
        lock (gate)
        {
            var line = new MetricLine(step, time.GetUtcNow(), metrics);
            foreach (var sink in sinks)
            {
                sink.Log(line);
            }
        }
    }

    /// <summary>Records a file or folder that the run made; one outside the run's folder is copied into <c>artifacts</c>.</summary>
    /// <exception cref="LearningException">It is not there.</exception>
    public void AddArtifact(string path)
    {
        lock (gate)
        {
            var files = Provenance.Files(Path.GetFullPath(path)).Select(file => Owned(file, Path.GetFullPath(path))).ToList();
            var names = files.Select(file => file.Path).ToHashSet();
            run = run with { Artifacts = [.. run.Artifacts.Where(known => !names.Contains(known.Path)), .. files] };
            folder.Write(run);
        }
    }

    /// <summary>Ends the run.</summary>
    /// <param name="state">How it ended.</param>
    /// <param name="reason">Why, if it did not come to its end.</param>
    public void Finish(RunState state, string? reason = null)
    {
        lock (gate)
        {
            run = run with { State = state, Reason = reason, Ended = time.GetUtcNow() };
            folder.Write(run);
            foreach (var sink in sinks)
            {
                sink.Finish(run);
            }
        }
    }

    /// <summary>Lets go of the folder. A run that was not finished shows as interrupted from here on.</summary>
    public void Dispose()
    {
        foreach (var sink in sinks)
        {
            sink.Dispose();
        }

        held.Dispose();
    }

    private TrackedFile Owned(TrackedFile file, string added)
    {
        var inside = Path.GetRelativePath(folder.Path, file.Path);
        if (inside.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(inside))
        {
            inside = Path.Combine(Path.GetFileName(folder.Artifacts), Path.GetRelativePath(Path.GetDirectoryName(added)!, file.Path));
            var copy = Path.Combine(folder.Path, inside);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file.Path, copy, overwrite: true);
        }

        return file with { Path = inside };
    }

    private static FileStream Hold(RunFolder folder) =>
        folder.TryLock() ?? throw new LearningException($"another process works on the run in {folder.Path}; wait for its end, or stop it");

    private static RunTracker Opened(FileStream held, Func<RunTracker> open)
    {
        try
        {
            return open();
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static RunDocument Describe(RunOptions options, RunFolder folder, TimeProvider time) => new()
    {
        Name = Path.GetFileName(folder.Path),
        State = RunState.Running,
        Started = time.GetUtcNow(),
        Host = Environment.MachineName,
        CommandLine = options.CommandLine,
        Code = Provenance.Code(options.CodeFolder),
        Data = [.. options.Data.SelectMany(Provenance.Files)],
        Configuration = new SortedDictionary<string, string>(options.Configuration.ToDictionary(), StringComparer.Ordinal),
    };

    private static List<ITrackingSink> Sinks(RunOptions options, RunFolder folder, TimeProvider time, Action<string> tell)
    {
        var sinks = new List<ITrackingSink> { new JsonLinesSink(folder) };
        if (options.TensorBoard)
        {
            sinks.Add(new TensorBoardSink(folder, time));
        }

        if (options.Mlflow is { } server)
        {
            sinks.Add(new MlflowSink(server, folder, time, tell));
        }

        return sinks;
    }
}
