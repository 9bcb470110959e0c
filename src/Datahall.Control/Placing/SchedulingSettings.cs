using Datahall.Control.Core;
using Datahall.Model;
using Datahall.Scheduling.Policies;

namespace Datahall.Control.Placing;

/// <summary>What the profiles say now.</summary>
internal sealed class SchedulingSettings(CoreState state, string policy)
{
    private readonly IPlacementPolicy installed = PlacementPolicies.Find(policy);

    public FairnessSpec Fairness => Whole?.Fairness ?? new();

    public BackfillSpec Backfill => Whole?.Backfill ?? new();

    public PreemptionSpec Preemption => Whole?.Preemption ?? new();

    public RebalancingSpec Rebalancing => Whole?.Rebalancing ?? new() { Interval = default };

    public string Order => Whole?.Order ?? "fifo";

    private SchedulerProfileSpec? Whole => Find(SchedulerProfile.Default)?.Spec;

    /// <summary>The policy that places work of a profile.</summary>
    public IPlacementPolicy PolicyOf(string profile) => installed;

    private SchedulerProfile? Find(string profile) => state.Find<SchedulerProfile>(ResourceKinds.SchedulerProfile, profile);
}
