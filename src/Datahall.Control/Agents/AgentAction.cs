using Datahall.Model;

namespace Datahall.Control.Agents;

/// <summary>Something an agent's runtime is to do; doing it twice does no harm.</summary>
public abstract record AgentAction;

/// <summary>Start an attempt; the runtime answers with reports until it has ended.</summary>
/// <param name="Desired">What to start.</param>
public sealed record StartAttempt(DesiredTask Desired) : AgentAction;

/// <summary>Stop an attempt: the polite signal, and the final one after the grace.</summary>
/// <param name="Key">Which attempt.</param>
/// <param name="Grace">The time between the signals; null: as its template said when it was started.</param>
public sealed record StopAttempt(AttemptKey Key, Duration? Grace) : AgentAction;

/// <summary>Bring the members file of a living attempt to this list.</summary>
/// <param name="Key">Which attempt.</param>
/// <param name="Members">The addresses, by rank.</param>
public sealed record SetMembers(AttemptKey Key, IReadOnlyList<string> Members) : AgentAction;

/// <summary>Nobody asks about an ended attempt any more; what is left of it may be cleaned away.</summary>
/// <param name="Key">Which attempt.</param>
public sealed record ForgetAttempt(AttemptKey Key) : AgentAction;
