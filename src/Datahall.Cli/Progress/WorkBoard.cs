using Datahall.Model;

namespace Datahall.Cli.Progress;

/// <summary>How each of the resources that are followed stands.</summary>
internal sealed class WorkBoard(IReadOnlyList<ResourceKey> keys, ProgressGoal goal)
{
    private readonly ResourceKey[] _keys = [.. keys.Where(static key => key.Kind is ResourceKinds.Job or ResourceKinds.Service)];
    private readonly Dictionary<ResourceKey, WorkState> _states = [];

    /// <summary>The kinds that are followed.</summary>
    public IEnumerable<string> Kinds => _keys.Select(static key => key.Kind).Distinct();

    /// <summary>Whether there is nothing more to wait for.</summary>
    public bool IsSettled => Array.TrueForAll(_keys, key => _states.GetValueOrDefault(key) is { State: not WorkOutcome.UnderWay });

    public bool HasFailures => _states.Values.Any(static state => state.State is WorkOutcome.Failed);

    /// <summary>Every resource that is followed, in the order they were named; null before its first state.</summary>
    public IEnumerable<(ResourceKey Key, WorkState? State)> Rows => _keys.Select(key => (key, _states.GetValueOrDefault(key)));

    public bool Follows(ResourceKey key) => Array.IndexOf(_keys, key) >= 0;

    /// <summary>Takes a new state; null when it is not followed or nothing that matters changed.</summary>
    public WorkState? Take(Resource resource) =>
        Follows(resource.Key) && WorkState.Of(resource, goal) is { } state ? Set(resource.Key, state) : null;

    /// <summary>Takes that a resource is gone.</summary>
    public WorkState? Lose(ResourceKey key) => Set(key, new("deleted", 0, 0, "", WorkOutcome.Failed));

    private WorkState? Set(ResourceKey key, WorkState state)
    {
        if (_states.GetValueOrDefault(key) == state)
        {
            return null;
        }

        _states[key] = state;
        return state;
    }
}
