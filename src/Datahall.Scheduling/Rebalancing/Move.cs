using Datahall.Scheduling.Placement;

namespace Datahall.Scheduling.Rebalancing;

/// <summary>A task that could run elsewhere.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Request">What it asks for.</param>
/// <param name="Holding">What it holds.</param>
/// <param name="Cost">What moving it costs, in thousandths of a device that the move must at least win; 0 for nothing.</param>
public sealed record MovableTask(string Task, PlacementRequest Request, Holding Holding, double Cost);

/// <summary>A task that should run elsewhere.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="From">The node that it leaves.</param>
/// <param name="To">The node that it goes to.</param>
/// <param name="Devices">The devices that it gets there.</param>
/// <param name="Gain">What the free room wins by the move, in thousandths of a device.</param>
public sealed record Move(string Task, string From, string To, IReadOnlyList<int> Devices, double Gain);
