using System.ComponentModel;

namespace Datahall.Model;

/// <summary>Why an attempt of a task failed, as the end of its log tells.</summary>
public sealed record TaskFailure
{
    /// <summary>Which attempt, from 1.</summary>
    [Description("Which attempt, from 1.")]
    public int Attempt { get; init; }

    /// <summary>The attempt's fence, <see cref="TaskStatus.Fence"/> at that time.</summary>
    [Description("The attempt's fence.")]
    public long Fence { get; init; }

    /// <summary>The node that it ran on.</summary>
    [Description("The node that it ran on.")]
    public string Node { get; init; } = "";

    /// <summary>When its log was looked into.</summary>
    [Description("When its log was looked into.")]
    public DateTimeOffset At { get; init; }

    /// <summary>What was recognised, the worst first; empty when nothing was.</summary>
    [Description("What was recognised, the worst first.")]
    public IReadOnlyList<FailureCause> Causes { get; init; } = [];

    /// <summary>The last lines of the log, fit to be shown; only when nothing was recognised.</summary>
    [Description("The last lines of the log, when nothing was recognised.")]
    public IReadOnlyList<string> LastLines { get; init; } = [];
}

/// <summary>A failure that was recognised in a log.</summary>
public sealed record FailureCause
{
    /// <summary>The entry of the catalogue of failures, such as <c>xid-79</c>.</summary>
    [Description("The entry of the catalogue of failures, such as xid-79.")]
    public string Id { get; init; } = "";

    /// <summary>What happened, in a few words.</summary>
    [Description("What happened, in a few words.")]
    public string Title { get; init; } = "";

    /// <summary><c>info</c>, <c>warning</c> or <c>critical</c>.</summary>
    [Description("info, warning or critical.")]
    public string Severity { get; init; } = "";

    /// <summary>What is behind it.</summary>
    [Description("What is behind it.")]
    public string Cause { get; init; } = "";

    /// <summary>What to do.</summary>
    [Description("What to do.")]
    public string Advice { get; init; } = "";

    /// <summary>Whether another attempt helps: <c>yes</c>, <c>elsewhere</c> (on another node) or <c>after-change</c>.</summary>
    [Description("Whether another attempt helps: yes, elsewhere (on another node) or after-change.")]
    public string Retry { get; init; } = "";

    /// <summary>The GPU or switch the lines name; null when they name none.</summary>
    [Description("The GPU or switch the lines name.")]
    public string? Device { get; init; }

    /// <summary>The first lines that say so, fit to be shown.</summary>
    [Description("The first lines that say so.")]
    public IReadOnlyList<string> Evidence { get; init; } = [];
}
