namespace Datahall.Learning.Tracking;

/// <summary>How a run stands.</summary>
internal enum RunState
{
    /// <summary>A process works on it.</summary>
    Running,

    /// <summary>It came to its end.</summary>
    Finished,

    /// <summary>It stopped by an error; <see cref="RunDocument.Reason"/> has it.</summary>
    Failed,

    /// <summary>It was stopped from outside, or its process is gone without a word.</summary>
    Interrupted,
}

/// <summary>A file that a run read or made: its path, size in bytes, and XxHash128 in hexadecimal digits.</summary>
internal sealed record TrackedFile(string Path, long Bytes, string Xxh128);

/// <summary>The code that made a run; commit and dirty are null outside a git work tree.</summary>
internal sealed record CodeVersion(string Program, string? Commit = null, bool? Dirty = null);

/// <summary>A run went on from a checkpoint of this step.</summary>
internal sealed record RunResumption(DateTimeOffset Time, long Step);

/// <summary>What <c>run.json</c> of a run's folder says.</summary>
internal sealed record RunDocument
{
    public required string Name { get; init; }

    /// <summary>As written. <see cref="RunRecord.State"/> also knows of processes that are gone.</summary>
    public required RunState State { get; init; }

    public string? Reason { get; init; }

    public required DateTimeOffset Started { get; init; }

    public DateTimeOffset? Ended { get; init; }

    public required string Host { get; init; }

    public required IReadOnlyList<string> CommandLine { get; init; }

    public required CodeVersion Code { get; init; }

    public IReadOnlyList<TrackedFile> Data { get; init; } = [];

    public IReadOnlyList<TrackedFile> Artifacts { get; init; } = [];

    public IReadOnlyList<RunResumption> Resumed { get; init; } = [];

    /// <summary>Each setting by its dotted path, such as <c>model.layers</c>.</summary>
    public required IReadOnlyDictionary<string, string> Configuration { get; init; }
}
