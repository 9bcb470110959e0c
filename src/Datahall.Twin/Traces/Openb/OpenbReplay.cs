using System.Globalization;
using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Model;
using Datahall.Twin.Stores;
using Datahall.Twin.Time;

namespace Datahall.Twin.Traces.Openb;

/// <summary>Replays the openb trace through the real core, by the published protocol: pods only arrive, each is tried once, in order.</summary>
public static class OpenbReplay
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Replays once.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="policy">The placement policy.</param>
    /// <param name="tune">What arrives in the end, as a multiple of the capacity.</param>
    /// <param name="seed">Decides the order of pods and nodes, and what a random policy draws.</param>
    /// <param name="progress">Told of the share of pods that have arrived, from 0 to 1.</param>
    /// <param name="cancellationToken">Ends the replay early.</param>
    /// <returns>The allocation at each whole percent of arrived demand.</returns>
    /// <exception cref="ArgumentException">There is no such policy.</exception>
    public static OpenbAllocation Run(
        OpenbTrace trace, string policy, double tune, ulong seed, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var random = new SimRandom(seed);
        var arrivals = trace.Arrivals(tune, random);
        var store = new MemoryStore(new("openb"), new());
        var hall = new Hall(trace, new() { Policy = policy, Seed = seed, Mix = trace.Mix() }, store, random);
        var allocation = new OpenbAllocation(trace.CapacityMilli);
        for (var i = 0; i < arrivals.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            allocation.Add(arrivals[i].GpuMilli, hall.Try(arrivals[i], i));
            if (i % 512 == 0)
            {
                progress?.Report((double)i / arrivals.Count);
            }
        }

        return allocation;
    }

    /// <summary>The core with the trace's nodes, all ready, and a store.</summary>
    private sealed class Hall
    {
        // Each pod is tried once, so room is kept for none and nobody is stopped.
        private static readonly SchedulerProfile TriedOnce = new()
        {
            Name = SchedulerProfile.Default,
            Spec = new() { Backfill = new() { Reservations = 0 }, Preemption = new() { Priority = false, Reclaim = false } },
        };

        private readonly ControlCore core;
        private readonly MemoryStore store;

        public Hall(OpenbTrace trace, CoreOptions options, MemoryStore store, SimRandom random)
        {
            this.store = store;
            core = new(options, new(store.Identity, 0, 0, []), Start);
            Commit(core.Step([new Apply([TriedOnce])], Start));
            foreach (var input in Joined(trace, random))
            {
                Commit(core.Step([input], Start));
            }
        }

        /// <summary>Submits a pod; one that does not fit is taken back.</summary>
        public bool Try(OpenbPod pod, int number)
        {
            var job = pod.ToJob(string.Create(CultureInfo.InvariantCulture, $"pod-{number}"));
            Commit(core.Step([new Apply([job])], Start));
            var placed = core.Find(new(ResourceKinds.Task, $"{job.Name}.pod.0")) is TaskResource { Status.Placement: not null };
            if (!placed)
            {
                Commit(core.Step([new Delete(job.Key, Force: false)], Start));
            }

            return placed;
        }

        private static IEnumerable<Input> Joined(OpenbTrace trace, SimRandom random)
        {
            foreach (var (name, node) in trace.NamedNodes(random))
            {
                yield return new Register(new() { Node = name, Session = name, Capacity = node.Capacity(), Address = name });
                yield return new Report(new() { Node = name, Session = name, AppliedRevision = long.MaxValue, Tasks = [] });
            }
        }

        private void Commit(Step step)
        {
            if (step.Batch is not null && store.WriteAsync(step.Batch, CancellationToken.None).GetAwaiter().GetResult() is { } conflict)
            {
                throw new InvalidOperationException($"the only writer met a conflict: {conflict}");
            }
        }
    }
}
