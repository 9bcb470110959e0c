namespace Datahall.Learning.Tuning;

/// <summary>One trial of a search.</summary>
internal sealed record Trial
{
    /// <summary>Its number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Its place in each dimension, 0 to 1.</summary>
    public required IReadOnlyList<double> Places { get; init; }

    /// <summary>The fields it sets, such as <c>training.learningRate=0.001</c>.</summary>
    public required IReadOnlyList<string> Changes { get; init; }

    /// <summary>How it stands.</summary>
    public TrialState State { get; init; }

    /// <summary>Its best score so far; null: it was not judged yet.</summary>
    public double? Score { get; init; }

    /// <summary>How often it was judged.</summary>
    public int Evaluations { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Failure { get; init; }
}

/// <summary>How a trial stands.</summary>
internal enum TrialState
{
    /// <summary>It runs, or was interrupted and will go on.</summary>
    Running,

    /// <summary>It came to its end.</summary>
    Finished,

    /// <summary>It was behind others and ended early.</summary>
    Stopped,

    /// <summary>It failed.</summary>
    Failed,
}
