using Datahall.Model.Manifests.Validation;

namespace Datahall.Model.Manifests;

/// <summary>Holds what resources refer to against what exists and what comes with them.</summary>
public static class ReferenceValidator
{
    /// <summary>Finds queues, profiles, parents and places that do not exist, and circles of queues.</summary>
    /// <param name="incoming">What is going to be applied together; it takes precedence over what exists. Any order.</param>
    /// <param name="existing">Finds what exists, or null.</param>
    /// <param name="names">The names of all that exist of a kind; asked only for the only site and for the nearest right name.</param>
    /// <returns>Everything that is wrong; empty when all is well, then without a dictionary made unless queues or sites come in.</returns>
    /// <remarks>Pure; O(incoming) look-ups, and for each incoming queue its ancestors not seen before.</remarks>
    public static IReadOnlyList<ResourceError> Check(
        IReadOnlyList<Resource> incoming, Func<ResourceKey, Resource?> existing, Func<string, IEnumerable<string>> names)
    {
        var references = new ReferenceSet(incoming, existing, names);
        List<ResourceError>? errors = null;
        for (var i = 0; i < incoming.Count; i++)
        {
            var error = incoming[i] switch
            {
                Job job => QueueReferences.CheckWork(job, job.Spec.Queue, references) ?? ProfileReferences.Check(job, job.Spec.Profile, references)
                    ?? LocationReferences.Check(job, job.Spec.Flexible?.Site, references),
                Service service => QueueReferences.CheckWork(service, service.Spec.Queue, references) ?? ProfileReferences.Check(service, service.Spec.Profile, references)
                    ?? EnsembleReferences.CheckName(service, references),
                Ensemble ensemble => EnsembleReferences.Check(ensemble, references),
                Queue { Spec.Parent: not null } queue => QueueReferences.CheckParent(queue, references),
                Node { Spec.Location: { } location } node => LocationReferences.Check(node, location, references),
                _ => null,
            };
            if (error is not null)
            {
                (errors ??= []).Add(error);
            }
        }

        return errors is null ? [] : errors;
    }
}
