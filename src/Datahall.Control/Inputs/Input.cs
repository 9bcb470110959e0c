using Datahall.Control.Agents;
using Datahall.Control.Energy;
using Datahall.Model;
using Datahall.Model.Traffic;

namespace Datahall.Control.Inputs;

/// <summary>Something that happened outside and that the core decides about.</summary>
public abstract record Input;

/// <summary>Makes resources, or changes their specs and labels. All are taken, or none.</summary>
/// <param name="Resources">
/// Valid each for itself (<c>Datahall.Model.Manifests</c> saw to that); what they refer to is checked here. Any order. A
/// revision other than 0 is expected of the resource.
/// </param>
public sealed record Apply(IReadOnlyList<Resource> Resources) : Input;

/// <summary>Deletes a resource, stopping its tasks first.</summary>
/// <param name="Key">Which: anything but a task.</param>
/// <param name="Force">A node: also when it has tasks, which then count as lost.</param>
public sealed record Delete(ResourceKey Key, bool Force) : Input;

/// <summary>Stops a job and keeps it as cancelled.</summary>
/// <param name="Job">The job's name.</param>
public sealed record Cancel(string Job) : Input;

/// <summary>Changes how many replicas a service has.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Replicas">How many, 0 or more.</param>
public sealed record Scale(string Service, int Replicas) : Input;

/// <summary>Ends the step that a rollout is in.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="All">Whether all further steps are left out too.</param>
/// <param name="Version">The version that is meant, so that asking twice promotes once; null: the one that is coming.</param>
/// <param name="Step">The step that is meant, from 1; null: the one that it is in.</param>
public sealed record PromoteRollout(string Service, bool All = false, int? Version = null, int? Step = null) : Input;

/// <summary>Sends the version back that is coming; the stable one takes over again.</summary>
/// <param name="Service">The service's name.</param>
public sealed record AbortRollout(string Service) : Input;

/// <summary>Opens, cordons or drains a node.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Mode">The new mode.</param>
public sealed record SetNodeMode(string Node, NodeMode Mode) : Input;

/// <summary>An agent presents itself.</summary>
/// <param name="Registration">Who it is and what it has.</param>
public sealed record Register(Registration Registration) : Input;

/// <summary>An agent reports.</summary>
/// <param name="NodeReport">What it has.</param>
public sealed record Report(NodeReport NodeReport) : Input;

/// <summary>An agent is going to end in order: its tasks are stopped, and placed elsewhere where there is room. Or it puts its machine to sleep, as ordered.</summary>
/// <param name="Node">The node.</param>
/// <param name="Session">The agent's session; it ends with a goodbye for sleep, so whoever wakes has another.</param>
/// <param name="Reason">Why.</param>
public sealed record Leave(string Node, string Session, LeaveReason Reason = LeaveReason.End) : Input;

/// <summary>Says whether a node is wanted awake.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Power">The new mode.</param>
/// <param name="Drain">Whether one with tasks is put to sleep all the same, once they have moved.</param>
public sealed record SetNodePower(string Node, PowerMode Power, bool Drain) : Input;

/// <summary>Says what a node's devices may draw together.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Cap">How much; null: no cap by hand.</param>
public sealed record CapNode(string Node, Watts? Cap) : Input;

/// <summary>The guard of a site has looked at its loads. Taken twice it is taken once; what is set stays until it is taken away.</summary>
/// <param name="Changes">The nodes whose automatic cap is another from now on.</param>
public sealed record SetAutomaticCaps(IReadOnlyList<AutomaticCapChange> Changes) : Input;

/// <summary>Another automatic cap of a node.</summary>
/// <param name="Node">The node.</param>
/// <param name="Cap">What its devices may draw together; null: it is released.</param>
/// <param name="Why">Why, in a sentence for people.</param>
public sealed record AutomaticCapChange(string Node, Watts? Cap, string Why);

/// <summary>Somebody thought beside the core about where work should be, from a state that may be history by now.</summary>
/// <param name="Revision">The revision that it was thought from.</param>
/// <param name="Places">Places for gangs that wait: of a gang, for every task of it.</param>
/// <param name="Moves">Other places for running tasks.</param>
public sealed record Propose(long Revision, IReadOnlyList<ProposedPlace> Places, IReadOnlyList<ProposedPlace> Moves) : Input
{
    /// <summary>What the moves are to win.</summary>
    public RebalancingGoal Goal { get; init; }
}

/// <summary>A place for a task.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Node">The node.</param>
/// <param name="Devices">The devices' indexes.</param>
public sealed record ProposedPlace(string Task, string Node, IReadOnlyList<int> Devices);

/// <summary>The energy side has looked at what a watt costs where. The prices live in memory: after a restart they are none until they are set again.</summary>
/// <param name="Prices">All prices; those that are not there any more are forgotten.</param>
public sealed record SetEnergyPrices(EnergyPriceList Prices) : Input;

/// <summary>The energy side has counted what work used. Taken twice it is taken once: these are totals.</summary>
/// <param name="Owners">The owners whose total changed.</param>
public sealed record RecordEnergy(IReadOnlyList<OwnerEnergy> Owners) : Input;

/// <summary>What a job or a service used.</summary>
/// <param name="Owner">Which.</param>
/// <param name="Created">When it was made: another of the same name is not charged.</param>
/// <param name="Energy">What it used since it began.</param>
public sealed record OwnerEnergy(ResourceKey Owner, DateTimeOffset Created, EnergyUse Energy);

/// <summary>The log of a failed attempt was looked into. What was found is kept with the task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Failure">Which attempt, and why it failed; one of an attempt that the task did not have, or older than what is kept, is passed over.</param>
public sealed record NoteFailure(string Task, TaskFailure Failure) : Input;

/// <summary>A gateway says what it saw since it last did. It lives in memory: after a restart nothing is known until gateways report again.</summary>
/// <param name="Report">What it saw; one that is older than the gateway's last is dropped, and so is what it says of services and replicas that are gone.</param>
public sealed record ObserveTraffic(TrafficReport Report) : Input;

/// <summary>The readings say how busy the accelerators of services' replicas are. It lives in memory, and counts for 15 s.</summary>
/// <param name="Services">The services of which something is known.</param>
public sealed record ObserveDevices(IReadOnlyList<ServiceDeviceUse> Services) : Input;

/// <summary>How busy the accelerators of a service's replicas are.</summary>
/// <param name="Service">The service; one that does not exist is passed over.</param>
/// <param name="Use">The mean over all of them, as a share of the time, 0 to 1.</param>
public sealed record ServiceDeviceUse(string Service, double Use);

/// <summary>Alerts began to fire, or ended. An alert that fires already is not taken again, nor one that is not known to fire ended.</summary>
/// <param name="Changes">What changed, in order.</param>
public sealed record ReportAlerts(IReadOnlyList<AlertChange> Changes) : Input;

/// <summary>An alert that began to fire, or ended.</summary>
/// <param name="Alert">The alert; it has ended when it says so.</param>
/// <param name="Advice">What to do; null when nobody says.</param>
public sealed record AlertChange(IncidentAlert Alert, string? Advice);

/// <summary>Somebody takes an incident on.</summary>
/// <param name="Incident">The incident's name.</param>
/// <param name="By">Who.</param>
/// <param name="Note">What they say; null: nothing.</param>
public sealed record AcknowledgeIncident(string Incident, string By, string? Note) : Input;

/// <summary>Somebody says that an incident is over.</summary>
/// <param name="Incident">The incident's name.</param>
/// <param name="By">Who.</param>
/// <param name="Note">What they say; null: nothing.</param>
public sealed record ResolveIncident(string Incident, string By, string? Note) : Input;

/// <summary>Something was found that speaks for an incident's cause. The same is kept once.</summary>
/// <param name="Incident">The incident's name; one that is gone is passed over.</param>
/// <param name="Evidence">What was found.</param>
public sealed record AddEvidence(string Incident, IReadOnlyList<IncidentEvidence> Evidence) : Input
{
    /// <summary>What to do about it; a sentence that is there already is not said again.</summary>
    public IReadOnlyList<string> Advice { get; init; } = [];
}
