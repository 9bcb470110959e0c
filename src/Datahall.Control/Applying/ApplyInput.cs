using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Control.Nodes;
using Datahall.Control.Shifting;
using Datahall.Model;
using Datahall.Model.Manifests;

namespace Datahall.Control.Applying;

/// <summary>Takes up what people want: new and changed resources, all of an input or none.</summary>
internal sealed class ApplyInput(CoreState state, NodeLifecycle nodes, FlexibleStarts flexible, EnergyHours hours)
{
    private readonly QueueChecks queues = new(state);
    private readonly WorkChecks work = new(state, hours);

    public Outcome Take(Apply apply)
    {
        var errors = ReferenceValidator.Check(apply.Resources, state.Find, NamesOf)
            .Select(e => new RefusedResource(e.Key, e.Path, e.Message)).ToList();
        errors.AddRange(queues.Errors(apply.Resources));
        errors.AddRange(apply.Resources.OfType<SchedulerProfile>().SelectMany(ProfileChecks.Errors));
        var kind = RefusalKind.Invalid;
        foreach (var resource in apply.Resources)
        {
            if (Conflict(resource) is { } conflict)
            {
                errors.Add(conflict);
                kind = RefusalKind.Conflict;
            }
        }

        if (errors.Count > 0)
        {
            return new Refused(kind, errors);
        }

        var changes = new ResourceChange[apply.Resources.Count];
        foreach (var index in InOrder(apply.Resources))
        {
            changes[index] = Put(apply.Resources[index]);
        }

        return new Accepted(changes) { Remarks = [.. changes.Where(c => c.Action is not ChangeAction.Unchanged).SelectMany(RemarksOn)] };
    }

    public Outcome Take(Scale scale) => state.Service(scale.Service) switch
    {
        null => Missing(new(ResourceKinds.Service, scale.Service)),
        { Spec.Autoscale: { } scaling } service => new Refused(RefusalKind.Conflict, [new(service.Key, "spec.autoscale",
            $"its number follows its load, from {scaling.Min} to {scaling.Max}: change spec.autoscale.min and max, or take spec.autoscale out, and apply the manifest")]),
        { } service => Take(new Apply([service with { Spec = service.Spec with { Replicas = scale.Replicas }, Revision = 0 }])),
    };

    public Outcome Take(SetNodeMode mode) => state.Node(mode.Node) is { } node
        ? Take(new Apply([node with { Spec = node.Spec with { Mode = mode.Mode }, Revision = 0 }]))
        : Missing(new(ResourceKinds.Node, mode.Node));

    public Outcome Take(SetNodePower power) => state.Node(power.Node) is { } node
        ? Take(new Apply([node with { Spec = node.Spec with { Power = power.Power }, Revision = 0 }]))
        : Missing(new(ResourceKinds.Node, power.Node));

    public Outcome Take(CapNode cap) => state.Node(cap.Node) is { } node
        ? Take(new Apply([node with { Spec = node.Spec with { PowerCap = cap.Cap }, Revision = 0 }]))
        : Missing(new(ResourceKinds.Node, cap.Node));

    private IEnumerable<Remark> RemarksOn(ResourceChange change) => change.After switch
    {
        Job job => work.Remarks(job),
        Service service => work.Remarks(service),
        Queue queue => queues.Remarks(queue),
        _ => [],
    };

    private static Refused Missing(ResourceKey key) => new(RefusalKind.NotFound, [new(key, null, $"there is no {key}")]);

    // What others refer to comes first; most inputs are one resource.
    private static IEnumerable<int> InOrder(IReadOnlyList<Resource> resources) =>
        resources.Count == 1 ? [0] : Enumerable.Range(0, resources.Count).OrderBy(i => OrderOf(resources[i].Kind));

    private static int OrderOf(string kind) => ((IList<string>)ResourceKinds.All).IndexOf(kind);

    private IEnumerable<string> NamesOf(string kind) =>
        state.All.Where(r => r.Kind == kind).Select(r => r.Name).Order(StringComparer.Ordinal);

    private RefusedResource? Conflict(Resource resource)
    {
        var existing = state.Find(resource.Key);
        if (resource.Revision != 0 && existing?.Revision != resource.Revision)
        {
            return new(resource.Key, "revision", existing is null
                ? $"revision {resource.Revision} was expected, but there is no {resource.Key}; leave revision out to create it"
                : $"revision {resource.Revision} was expected, but it has revision {existing.Revision}: somebody changed it meanwhile; read it again, or leave revision out to overwrite");
        }

        return resource switch
        {
            Job job when existing is Job old && !ModelEquality.Same(Fixed(old.Spec), Fixed(job.Spec)) => new(resource.Key, "spec",
                $"what a job runs cannot be changed once it is submitted (only priority, duration, disruption, deadline, flexible and keep can): delete {resource.Key} first, or give the new one another name"),
            _ when existing is Job { Status.Stopping: JobEnd.Delete } or Service { Status.Phase: ServicePhase.Stopping } =>
                new(resource.Key, null, $"{resource.Key} is being deleted; wait until it is gone"),
            _ => null,
        };
    }

    private static DisruptionSpec Undisturbed { get; } = new();

    private static JobSpec Fixed(JobSpec spec) => spec with { Priority = 0, Duration = null, Disruption = Undisturbed, Deadline = null, Flexible = null, Keep = null };

    private ResourceChange Put(Resource wanted)
    {
        var before = state.Find(wanted.Key);
        var after = before is null ? wanted with { Generation = 1, Created = null } : Merge(before, wanted);
        if (ReferenceEquals(before, after))
        {
            return new(wanted.Key, ChangeAction.Unchanged, before, before);
        }

        state.Put(after);
        Follow(before, after);
        return new(wanted.Key, before is null ? ChangeAction.Created : ChangeAction.Configured, before, state.Find(wanted.Key));
    }

    private static Resource Merge(Resource before, Resource wanted)
    {
        var labels = ModelEquality.Same(before.Labels, wanted.Labels) ? before.Labels : wanted.Labels;
        var generation = before.Generation;
        Resource after = (before, wanted) switch
        {
            (Job b, Job w) when !ModelEquality.Same(b.Spec, w.Spec) => b with { Spec = w.Spec, Generation = generation + 1 },
            (Service b, Service w) when !ModelEquality.Same(b.Spec, w.Spec) => b with { Spec = w.Spec, Generation = generation + 1 },
            (Queue b, Queue w) when !ModelEquality.Same(b.Spec, w.Spec) => b with { Spec = w.Spec, Generation = generation + 1 },
            (Site b, Site w) when !ModelEquality.Same(b.Spec, w.Spec) => b with { Spec = w.Spec, Generation = generation + 1 },
            (SchedulerProfile b, SchedulerProfile w) when !ModelEquality.Same(b.Spec, w.Spec) => b with { Spec = w.Spec, Generation = generation + 1 },
            (Node b, Node w) when !ModelEquality.Same(b.Spec, w.Spec) => b with { Spec = w.Spec, Generation = generation + 1 },
            (Ensemble b, Ensemble w) when !ModelEquality.Same(b.Spec, w.Spec) => b with { Spec = w.Spec, Generation = generation + 1 },
            (AlertRule b, AlertRule w) when !ModelEquality.Same(b.Spec, w.Spec) => b with { Spec = w.Spec, Generation = generation + 1 },
            (Tenant b, Tenant w) when !ModelEquality.Same(b.Spec, w.Spec) => b with { Spec = w.Spec, Generation = generation + 1 },
            _ => before,
        };
        return ReferenceEquals(labels, before.Labels) ? after : after with { Labels = labels };
    }

    private void Follow(Resource? before, Resource after)
    {
        if (after is Node capped && capped.Spec.PowerCap != (before as Node)?.Spec.PowerCap)
        {
            state.Emit(capped.Key, capped.Spec.PowerCap is null ? "PowerCapReleased" : "PowerCapped", capped.Spec.PowerCap is { } watts ? $"{watts} by hand" : "the cap by hand is gone");
        }

        switch (after)
        {
            case Node { Spec.Power: PowerMode.Asleep } node when (before as Node)?.Spec.Power is not PowerMode.Asleep:
                state.Emit(node.Key, "WantedAsleep", "it takes no new tasks, those it has are moved away, and then it sleeps");
                nodes.Drain(node.Name);
                break;
            case Node node when (before as Node)?.Spec.Mode != node.Spec.Mode && (before is not null || node.Spec.Mode is not NodeMode.Open):
                state.Emit(node.Key, node.Spec.Mode.ToString(), node.Spec.Mode switch
                {
                    NodeMode.Cordoned => "it takes no new tasks",
                    NodeMode.Draining => "it takes no new tasks, and those it has are moved away",
                    _ => "it takes tasks",
                });
                if (node.Spec.Mode is NodeMode.Draining)
                {
                    nodes.Drain(node.Name);
                }

                break;
            case Job job when before is Job old:
                Follow(old, job);
                break;
        }
    }

    private void Follow(Job old, Job job)
    {
        if (old.Spec.Priority != job.Spec.Priority)
        {
            foreach (var task in state.Indexes.TasksOf(job.Key).ToList())
            {
                state.Put(task with { Spec = task.Spec with { Priority = job.Spec.Priority } });
            }
        }

        if (old.Spec.Flexible != job.Spec.Flexible || old.Spec.Duration != job.Spec.Duration || old.Spec.Deadline != job.Spec.Deadline)
        {
            flexible.Reconsider(job);
        }
    }
}
