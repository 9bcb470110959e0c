using System.Text.Json;
using System.Text.Json.Serialization;

namespace Datahall.Cli.Optimize;

/// <summary>The plan for what waits.</summary>
internal sealed record PlacementAnswer(
    bool DryRun, string Solver, bool Proven, double Seconds, PlanTotals Greedy, PlanTotals Whole, IReadOnlyList<StartingGang> Gangs, IReadOnlyList<WaitingGang> Waiting, int Taken, int Dropped);

/// <summary>How much a plan starts.</summary>
internal sealed record PlanTotals(int Gangs, double Gpus, double Cpus, int WholeNodes);

/// <summary>A gang that starts.</summary>
internal sealed record StartingGang(string Gang, IReadOnlyList<TaskPlace> Places);

/// <summary>A place for a task.</summary>
internal sealed record TaskPlace(string Task, string Node, IReadOnlyList<int> Devices);

/// <summary>A gang that waits on.</summary>
internal sealed record WaitingGang(string Gang, string Reason);

/// <summary>Moves of running tasks.</summary>
internal sealed record MovesAnswer(bool DryRun, int Movable, IReadOnlyList<TaskMove> Moves, int Taken, int Dropped);

/// <summary>A move.</summary>
internal sealed record TaskMove(string Task, string From, string To, double Gain, double WorkLost);

/// <summary>The metadata of these messages, generated at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PlacementAnswer))]
[JsonSerializable(typeof(MovesAnswer))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class OptimizeJson : JsonSerializerContext;
