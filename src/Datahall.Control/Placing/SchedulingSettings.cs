using Datahall.Control.Core;
using Datahall.Model;
using Datahall.Scheduling.Ordering;
using Datahall.Scheduling.Policies;

namespace Datahall.Control.Placing;

/// <summary>What the profiles say now.</summary>
internal sealed class SchedulingSettings(CoreState state, string policy)
{
    private readonly IPlacementPolicy installed = PlacementPolicies.Find(policy);
    private readonly Dictionary<string, (SchedulerProfileSpec Spec, IPlacementPolicy Policy)> policies = new(StringComparer.Ordinal);

    public FairnessSpec Fairness => Whole?.Fairness ?? new();

    public BackfillSpec Backfill => Whole?.Backfill ?? new();

    public PreemptionSpec Preemption => Whole?.Preemption ?? new();

    public RebalancingSpec Rebalancing => Whole?.Rebalancing ?? new() { Interval = default };

    /// <summary>When nodes sleep; null: only when they are told to.</summary>
    public SleepSpec? Sleep => Whole?.Sleep;

    /// <summary>The order of waiting work of one queue and one priority, by name.</summary>
    public string Order => Whole?.Order ?? JobOrders.Fifo;

    private SchedulerProfileSpec? Whole => Find(SchedulerProfile.Default)?.Spec;

    /// <summary>The policy that places work of a profile; a profile that is gone counts as the installation's.</summary>
    public IPlacementPolicy PolicyOf(string profile)
    {
        if (Find(profile)?.Spec is not { } spec || (spec.Scores.Count == 0 && spec.Filters.Count == 0))
        {
            return installed;
        }

        if (!policies.TryGetValue(profile, out var known) || !ReferenceEquals(known.Spec, spec))
        {
            policies[profile] = known = (spec, PlacementPolicies.Of(PlacementProfile.Of(spec, policy)));
        }

        return known.Policy;
    }

    private SchedulerProfile? Find(string profile) => state.Find<SchedulerProfile>(ResourceKinds.SchedulerProfile, profile);
}
