namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of what refers to queues.</summary>
internal static class QueueReferences
{
    public static ResourceError? CheckWork(Resource work, string queue, ReferenceSet references) =>
        Exists(queue, references) ? null : new(work.Key, "spec.queue", Missing(queue, references));

    public static ResourceError? CheckParent(Queue queue, ReferenceSet references)
    {
        if (!Exists(queue.Spec.Parent!, references))
        {
            return new(queue.Key, "spec.parent", Missing(queue.Spec.Parent!, references));
        }

        var walked = new OrderedDictionary<string, Queue>(StringComparer.Ordinal);
        var at = queue;
        while (at is { Spec.Parent: { } parent } && !references.Walked.Contains(at.Name) && walked.TryAdd(at.Name, at))
        {
            at = references.Find<Queue>(ResourceKinds.Queue, parent);
        }

        references.Walked.UnionWith(walked.Keys);
        return at is not null && walked.IndexOf(at.Name) is >= 0 and var start ? Circle([.. walked.Values.Skip(start)], references) : null;
    }

    /// <summary>Tells a circle once, at a queue in it that comes in: what exists has no circle.</summary>
    private static ResourceError Circle(List<Queue> circle, ReferenceSet references) => new(
        (circle.Find(queue => references.IsIncoming(queue.Key)) ?? circle[0]).Key,
        "spec.parent",
        $"the queues' parents form a circle: {string.Join(" -> ", circle.Select(static queue => queue.Name))} -> {circle[0].Name}; give one of them another parent or none");

    private static bool Exists(string queue, ReferenceSet references) =>
        queue == Queue.Default || references.Find<Queue>(ResourceKinds.Queue, queue) is not null;

    private static string Missing(string queue, ReferenceSet references)
    {
        var names = references.Names(ResourceKinds.Queue);
        return $"there is no queue {Wording.Quote(queue)}{Wording.Choices(queue, names.Contains(Queue.Default) ? names : [.. names, Queue.Default])}";
    }
}
