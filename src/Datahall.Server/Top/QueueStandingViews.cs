using Datahall.Control.Queues;

namespace Datahall.Server.Top;

/// <summary>How the queues stand.</summary>
/// <param name="Items">Every queue, by name; <c>default</c> is always one of them.</param>
internal sealed record QueueStandingListView(IReadOnlyList<QueueStandingView> Items)
{
    public static QueueStandingListView Of(IReadOnlyList<QueueStanding> queues) => new([.. queues.Select(QueueStandingView.Of)]);
}

/// <summary>How a queue stands.</summary>
/// <param name="Name">The queue.</param>
/// <param name="Parent">The queue above; absent for a root.</param>
/// <param name="Weight">Its weight against its siblings.</param>
/// <param name="WaitingGangs">How many gangs of its own wait.</param>
/// <param name="Dominant">The resource of which it holds the largest share: <c>cpu</c>, <c>memory</c>, <c>gpu</c> or a model.</param>
/// <param name="Share">That share of the cluster, from 0.</param>
/// <param name="Usage">The share that it held lately, older time counting less, from 0 to 1.</param>
/// <param name="Resources">Resource by resource; those that do not matter to it are left out.</param>
internal sealed record QueueStandingView(
    string Name, string? Parent, double Weight, int WaitingGangs, string Dominant, double Share, double Usage, IReadOnlyList<QueueResourceView> Resources)
{
    public static QueueStandingView Of(QueueStanding q) =>
        new(q.Name, q.Parent, q.Weight, q.Waiting, q.Dominant, q.Share, q.Usage, [.. q.Resources.Select(QueueResourceView.Of)]);
}

/// <summary>How a queue, with those below it, stands with one resource; in processors, bytes or devices.</summary>
/// <param name="Resource">The resource: <c>cpu</c>, <c>memory</c>, <c>gpu</c> or a model.</param>
/// <param name="Guarantee">What it is guaranteed; absent: nothing is named.</param>
/// <param name="Limit">The most it may hold; absent: no limit.</param>
/// <param name="Held">What it holds.</param>
/// <param name="Waiting">What its waiting work asks for.</param>
/// <param name="FairShare">What it is due of the cluster now.</param>
internal sealed record QueueResourceView(string Resource, double? Guarantee, double? Limit, double Held, double Waiting, double FairShare)
{
    public static QueueResourceView Of(QueueResource r) => new(r.Resource, r.Guarantee, r.Limit, r.Held, r.Waiting, r.FairShare);
}
