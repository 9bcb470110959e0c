using Datahall.Control.Core;
using Datahall.Control.Placing;
using Datahall.Model;
using Datahall.Scheduling.Quota;

namespace Datahall.Control.Queues;

/// <summary>Says what each queue holds, waits for and is due.</summary>
internal sealed class QueueReport(CoreState state, GangTrial trial)
{
    public IReadOnlyList<QueueStanding> Make()
    {
        var waiting = new SortedDictionary<string, ResourceTotals>(StringComparer.Ordinal) { [Queue.Default] = new() };
        var gangs = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var queue in state.Indexes.Gangs.Queues)
        {
            waiting[queue] = new();
            foreach (var gang in state.Indexes.Gangs.WaitingIn(queue))
            {
                gangs[queue] = gangs.GetValueOrDefault(queue) + 1;
                foreach (var charge in trial.ChargesOf(gang.Members))
                {
                    waiting[queue].Add(charge);
                }
            }
        }

        var shares = new QueueShares(state.Indexes.Queues, state.Indexes.Capacity, waiting);
        var due = shares.Resources.ToDictionary(r => r, shares.Divide, StringComparer.Ordinal);
        return [.. state.Indexes.Queues.Names.Union(waiting.Keys).Order(StringComparer.Ordinal).Select(queue => Standing(queue, shares, due, gangs.GetValueOrDefault(queue)))];
    }

    private QueueStanding Standing(string queue, QueueShares shares, Dictionary<string, IReadOnlyDictionary<string, double>> due, int waitingGangs)
    {
        var (spec, held) = (state.Indexes.Queues.Spec(queue), state.Indexes.Queues.Held(queue));
        var (dominant, share) = held.DominantResource(state.Indexes.Capacity);
        var used = state.Find<Queue>(ResourceKinds.Queue, queue)?.Status?.Usage ?? 0;
        return new(
            queue, spec.Parent, spec.Weight, waitingGangs, dominant, Math.Round(share, 6), used,
            [.. shares.Resources.Select(r => Line(r)).Where(l => l is not { Held: 0, Waiting: 0, Guarantee: null, Limit: null })]);

        QueueResource Line(string resource)
        {
            var unit = resource == "memory" ? 1.0 : 1000.0;
            return new(
                resource,
                QueueShares.Of(spec.Guarantee, resource) / unit,
                QueueShares.Of(spec.Limit, resource) / unit,
                QueueShares.Of(held, resource) / unit,
                shares.Waiting(queue, resource) / unit,
                Math.Round((due[resource].TryGetValue(queue, out var d) ? d : 0) / unit, 3));
        }
    }
}

/// <summary>How a queue stands.</summary>
/// <param name="Name">The queue.</param>
/// <param name="Parent">The queue above; null for a root.</param>
/// <param name="Weight">Its weight against its siblings.</param>
/// <param name="Waiting">How many gangs of its own wait.</param>
/// <param name="Dominant">The resource of which it holds the largest share: <c>cpu</c>, <c>memory</c>, <c>gpu</c> or a model.</param>
/// <param name="Share">That share of the cluster, from 0.</param>
/// <param name="Usage">The share that it held lately, from 0 to 1.</param>
/// <param name="Resources">Resource by resource; those that do not matter to it are left out.</param>
public sealed record QueueStanding(
    string Name, string? Parent, double Weight, int Waiting, string Dominant, double Share, double Usage, IReadOnlyList<QueueResource> Resources);

/// <summary>How a queue stands with one resource, those below it included; in processors, bytes or devices.</summary>
/// <param name="Resource">The resource: <c>cpu</c>, <c>memory</c>, <c>gpu</c> or a model.</param>
/// <param name="Guarantee">What it is guaranteed; null: nothing is named.</param>
/// <param name="Limit">The most it may hold; null: no limit.</param>
/// <param name="Held">What it holds.</param>
/// <param name="Waiting">What its waiting work asks for.</param>
/// <param name="FairShare">What it is due of the cluster now.</param>
public sealed record QueueResource(string Resource, double? Guarantee, double? Limit, double Held, double Waiting, double FairShare);
