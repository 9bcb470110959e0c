using Datahall.Scheduling.Cluster;
using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Policies;

/// <summary>Several scores, each brought to 0..100, weighed and added; and filters of its own.</summary>
internal sealed class WeightedPolicy : ScorePolicy
{
    // Sums are kept in thousandths of a point.
    private const double Scale = 1000;

    private readonly (ScorePolicy Policy, double Weight)[] parts;
    private readonly INodeFilter[] filters;
    private readonly ScorePolicy? picker;

    public WeightedPolicy(PlacementProfile profile)
    {
        Name = profile.ToString();
        parts = [.. profile.Scores.Select(s => ((ScorePolicy)PlacementPolicies.Single(s.Policy), s.Weight))];
        filters = [.. profile.Filters.Select(f => NodeFilters.Find(f)!)];
        picker = parts.Where(p => p.Policy.PicksDevices).OrderByDescending(p => p.Weight).Select(p => p.Policy).FirstOrDefault();
    }

    public override string Name { get; }

    public override IReadOnlyList<INodeFilter> Filters => filters;

    public override bool PicksDevices => picker is not null;

    public override double Points(long score) => Math.Clamp(score / Scale / parts.Sum(p => p.Weight), 0, 100);

    public override INodeScore Scoring(ClusterState cluster, PlacementRequest request) =>
        new Sum(this, request, [.. parts.Select(p => p.Policy.Scoring(cluster, request))]);

    public override int PickShare(ClusterState cluster, int slot, PlacementRequest request, ModelFilter models) =>
        picker?.PickShare(cluster, slot, request, models) ?? base.PickShare(cluster, slot, request, models);

    /// <summary>The points that each score gives a node.</summary>
    public IReadOnlyList<WeightedScore> PartsOf(ClusterState cluster, int slot, PlacementRequest request) =>
    [
        .. parts.Select(part =>
        {
            var score = part.Policy.Scoring(cluster, request);
            score.Refresh(cluster);
            score.Prepare(cluster);
            return new WeightedScore(part.Policy.Name, part.Policy.Points(score.Score(cluster, slot)));
        }),
    ];

    private sealed class Sum(WeightedPolicy policy, PlacementRequest request, INodeScore[] scores) : INodeScore
    {
        public long Refresh(ClusterState cluster)
        {
            var editions = 0L;
            foreach (var score in scores)
            {
                editions += score.Refresh(cluster);
            }

            return editions;
        }

        public void Prepare(ClusterState cluster)
        {
            foreach (var score in scores)
            {
                score.Prepare(cluster);
            }
        }

        public long Score(ClusterState cluster, int slot)
        {
            foreach (var filter in policy.filters)
            {
                if (!filter.Admits(cluster, slot, request))
                {
                    return ScoreTree.OutOfTheRace;
                }
            }

            if (scores.Length == 1)
            {
                return scores[0].Score(cluster, slot); // By itself a score keeps its own, finer steps.
            }

            var sum = 0.0;
            for (var i = 0; i < scores.Length; i++)
            {
                var (part, weight) = policy.parts[i];
                sum += weight * part.Points(scores[i].Score(cluster, slot));
            }

            return (long)Math.Round(sum * Scale);
        }
    }
}
