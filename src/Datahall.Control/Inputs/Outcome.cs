using Datahall.Control.Agents;
using Datahall.Model;

namespace Datahall.Control.Inputs;

/// <summary>The core's answer to one input.</summary>
public abstract record Outcome;

/// <summary>The input was taken.</summary>
/// <param name="Changed">What became of each resource the input named, in the input's order; empty for agents' inputs.</param>
public sealed record Accepted(IReadOnlyList<ResourceChange> Changed) : Outcome
{
    /// <summary>What the caller should know although the input was taken.</summary>
    public IReadOnlyList<Remark> Remarks { get; init; } = [];
}

/// <summary>Something to know about a resource that was taken.</summary>
/// <param name="Key">The resource.</param>
/// <param name="Path">The field it is about.</param>
/// <param name="Message">What, and what follows from it.</param>
public sealed record Remark(ResourceKey Key, string Path, string Message);

/// <summary>A proposal was looked at.</summary>
/// <param name="Taken">How many gangs and moves of it were taken.</param>
/// <param name="Dropped">How many were not, because things are not as they were.</param>
public sealed record Considered(int Taken, int Dropped) : Outcome;

/// <summary>An agent was registered.</summary>
/// <param name="Answer">What to tell it.</param>
public sealed record Registered(RegistrationAnswer Answer) : Outcome;

/// <summary>A report was taken, or its session is not known.</summary>
/// <param name="Answer">What to tell the agent.</param>
public sealed record Reported(ReportAnswer Answer) : Outcome;

/// <summary>The input was refused, and changed nothing.</summary>
/// <param name="Kind">Why, for programs.</param>
/// <param name="Errors">Why, for people; at least one.</param>
public sealed record Refused(RefusalKind Kind, IReadOnlyList<RefusedResource> Errors) : Outcome;

/// <summary>One reason why an input was refused.</summary>
/// <param name="Key">The resource it is about.</param>
/// <param name="Path">The field it is about, such as <c>spec.queue</c>; null for the whole resource.</param>
/// <param name="Message">What is wrong, and how to mend it.</param>
public sealed record RefusedResource(ResourceKey Key, string? Path, string Message);

/// <summary>Why an input was refused.</summary>
public enum RefusalKind
{
    /// <summary>It contradicts itself or what it refers to.</summary>
    Invalid,

    /// <summary>What it names does not exist.</summary>
    NotFound,

    /// <summary>What it names is not in the state it expects.</summary>
    Conflict,
}

/// <summary>What became of a resource.</summary>
/// <param name="Key">Which.</param>
/// <param name="Action">What.</param>
/// <param name="Before">As it was; null when it is new.</param>
/// <param name="After">As it is; null when it is gone.</param>
public sealed record ResourceChange(ResourceKey Key, ChangeAction Action, Resource? Before, Resource? After);

/// <summary>What became of a resource.</summary>
public enum ChangeAction
{
    /// <summary>It is new.</summary>
    Created,

    /// <summary>Its spec or its labels changed.</summary>
    Configured,

    /// <summary>Nothing.</summary>
    Unchanged,

    /// <summary>It is gone, or will be when its tasks have stopped.</summary>
    Deleted,
}
