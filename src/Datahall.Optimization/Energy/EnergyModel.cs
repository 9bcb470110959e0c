namespace Datahall.Optimization.Energy;

/// <summary>The published optimisation model as it is written in a file: nodes, tasks, and fans with their levels.</summary>
/// <remarks>See docs/energy/optimisation-model.md for the meaning of each number. <see cref="EnergyModelRules"/> says what is refused.</remarks>
public sealed record EnergyModel
{
    /// <summary>No node may be warmer, in °C.</summary>
    public required double TemperatureLimitCelsius { get; init; }

    /// <summary>What a unit of each term counts in the objective.</summary>
    public ObjectiveWeights Weights { get; init; } = new();

    /// <summary>Fans by name. All nodes of a fan share its setting.</summary>
    public required IReadOnlyDictionary<string, FanTable> Fans { get; init; }

    /// <summary>Groups of alike nodes.</summary>
    public required IReadOnlyList<NodeGroup> Nodes { get; init; }

    /// <summary>Tasks.</summary>
    public required IReadOnlyList<TaskGroup> Tasks { get; init; }
}

/// <summary>What a unit of each term counts in the objective, 0 or more.</summary>
public sealed record ObjectiveWeights
{
    /// <summary>For each unit of compute in use. Default 1.</summary>
    public double Compute { get; init; } = 1;

    /// <summary>For each unit of storage in use. Default 1.</summary>
    public double Storage { get; init; } = 1;

    /// <summary>For each unit of bandwidth in use. Default 1.</summary>
    public double Bandwidth { get; init; } = 1;

    /// <summary>For each degree of a node times its efficiency index, which is taken off. Default 1.</summary>
    public double Temperature { get; init; } = 1;
}

/// <summary>A fan: where it stands and the levels it can be set to.</summary>
public sealed record FanTable
{
    /// <summary>The level it stands at before anything is done, in percent; one of the levels.</summary>
    public required double StartPercent { get; init; }

    /// <summary>The largest change from one stage to the next, in percent points; null for any.</summary>
    public double? MaxStepPercent { get; init; }

    /// <summary>The largest change of the temperature from one stage to the next, in °C; null for any.</summary>
    public double? MaxStepCelsius { get; init; }

    /// <summary>The most stages, 1 or more; null for as many as it takes.</summary>
    public int? MaxStages { get; init; }

    /// <summary>The levels, in any order.</summary>
    public required IReadOnlyList<FanLevel> Levels { get; init; }
}

/// <summary>A level of a fan and what the nodes are like at it.</summary>
public sealed record FanLevel
{
    /// <summary>The level, in percent of the fan's full speed, 0 to 100.</summary>
    public required double Percent { get; init; }

    /// <summary>The temperature of an idle node, in °C.</summary>
    public required double TemperatureCelsius { get; init; }

    /// <summary>How much warmer a node is when all its compute is in use, in °C, in proportion in between. Default 0, as published.</summary>
    public double RiseCelsius { get; init; }

    /// <summary>The efficiency index e of a node, more than 0.</summary>
    public required double EfficiencyIndex { get; init; }
}

/// <summary>Alike nodes.</summary>
public sealed record NodeGroup
{
    /// <summary>The name; unique among nodes.</summary>
    public required string Name { get; init; }

    /// <summary>How many there are, 1 or more. Default 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The compute of one node; null for no limit.</summary>
    public double? Compute { get; init; }

    /// <summary>The storage of one node; null for no limit.</summary>
    public double? Storage { get; init; }

    /// <summary>The bandwidth of one node; null for no limit.</summary>
    public double? Bandwidth { get; init; }

    /// <summary>The fan that cools them.</summary>
    public required string Fan { get; init; }
}

/// <summary>Alike tasks.</summary>
public sealed record TaskGroup
{
    /// <summary>The name; unique among tasks.</summary>
    public required string Name { get; init; }

    /// <summary>How many there are, 1 or more. Default 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The compute that one asks for.</summary>
    public double Compute { get; init; }

    /// <summary>The storage that one asks for.</summary>
    public double Storage { get; init; }

    /// <summary>The bandwidth that one asks for.</summary>
    public double Bandwidth { get; init; }

    /// <summary>How much more than 1 what it uses counts in the objective. Default 1.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Whether one task may be spread over nodes, and placed in part. Default true.</summary>
    public bool Divisible { get; init; } = true;

    /// <summary>Whether all <see cref="Count"/> are placed in full or none of them is.</summary>
    public bool Gang { get; init; }

    /// <summary>Whether all of it must be placed.</summary>
    public bool Must { get; init; }

    /// <summary>Whether it takes as much as there is, beyond <see cref="Count"/>.</summary>
    public bool Elastic { get; init; }
}
