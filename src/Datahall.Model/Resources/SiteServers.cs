using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>Alike servers in a rack.</summary>
public sealed record RackServers
{
    /// <summary>The server type: of the site's <c>servers</c> or of the catalogue.</summary>
    [Description("A server type of the site's 'servers' or of the catalogue, such as dgx-h100.")]
    public required string Model { get; init; }

    /// <summary>How many.</summary>
    [Description("How many.")]
    [Range(1, 1000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Count { get; init; } = 1;
}

/// <summary>Racks side by side that are filled alike: row <c>A</c> with 12 racks has the racks <c>A1</c> to <c>A12</c>.</summary>
public sealed record RackRow
{
    /// <summary>The name, with which those of its racks begin.</summary>
    public required string Name { get; init; }

    /// <summary>How many racks.</summary>
    [Description("How many racks; row A with 3 has A1, A2 and A3.")]
    [Range(1, 1000)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Racks { get; init; } = 1;

    /// <summary>What stands in each.</summary>
    [Description("What stands in each rack.")]
    public IReadOnlyList<RackServers> Servers { get; init; } = [];

    /// <summary>The feed of each; null: shared evenly among the feeds that feed no other.</summary>
    [Description("The feed of each rack. Left out: shared evenly among the feeds that feed no other.")]
    public string? Feed { get; init; }

    /// <summary>The power that each rack's feeds allow.</summary>
    [Description("The power that each rack's feeds allow, such as 40kW.")]
    public Watts? PowerLimit { get; init; }
}

/// <summary>How a server's power answers to its load.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PowerCurve>))]
public enum PowerCurve
{
    /// <summary>Straight from idle to max.</summary>
    [JsonStringEnumMemberName("linear")]
    Linear,

    /// <summary>With the square root of the load.</summary>
    [JsonStringEnumMemberName("sqrt")]
    Sqrt,

    /// <summary>With its square.</summary>
    [JsonStringEnumMemberName("square")]
    Square,

    /// <summary>With its cube.</summary>
    [JsonStringEnumMemberName("cubic")]
    Cubic,

    /// <summary>2u − u^r.</summary>
    [JsonStringEnumMemberName("mse")]
    Mse,

    /// <summary>Bends towards max.</summary>
    [JsonStringEnumMemberName("asymptotic")]
    Asymptotic,

    /// <summary>The same, with a clock that follows the load.</summary>
    [JsonStringEnumMemberName("asymptotic-dvfs")]
    AsymptoticDvfs,

    /// <summary>A clock that follows the load: b·u + (1 − b)·u³.</summary>
    [JsonStringEnumMemberName("frequency")]
    Frequency,

    /// <summary>Straight between measured points.</summary>
    [JsonStringEnumMemberName("points")]
    Points,

    /// <summary>Added up from CPUs, GPUs and what draws the same at any load.</summary>
    [JsonStringEnumMemberName("devices")]
    Devices,
}

/// <summary>A type of server: what it draws, how it is cooled, how it sleeps.</summary>
public sealed record ServerSpec
{
    /// <summary>The name, unique within the site; one of the catalogue's hides that.</summary>
    public required string Name { get; init; }

    /// <summary>How the power answers to the load.</summary>
    [Description("How the power of the boards answers to the load.")]
    public PowerCurve Power { get; init; }

    /// <summary>What the boards draw idle, without fans and power supplies.</summary>
    [Description("What the boards draw when idle, without fans and power supplies.")]
    public Watts Idle { get; init; }

    /// <summary>What the boards draw at full load.</summary>
    [Description("What the boards draw at full load, without fans and power supplies.")]
    public Watts Max { get; init; }

    /// <summary>The free number of mse (r), asymptotic (a) and frequency (b); null for 1.4, 0.3 and 0.3.</summary>
    [Description("The free number of mse (r, 1.4), of asymptotic (a, 0.3) and of frequency (b, 0.3).")]
    [Range(0.0, 2.0)]
    public double? Shape { get; init; }

    /// <summary>For points: the powers of the boards at even steps from idle to full load.</summary>
    [Description("For 'points': the power of the boards at even steps from idle to full load, as SPECpower publishes it.")]
    public IReadOnlyList<Watts> Points { get; init; } = [];

    /// <summary>For devices: what it is added up from.</summary>
    [Description("For 'devices': CPUs, GPUs and what draws the same at any load.")]
    public ServerDevices? Devices { get; init; }

    /// <summary>The fans inside; null for a server without.</summary>
    [Description("The fans inside. Left out: there are none.")]
    public ServerFans? Fans { get; init; }

    /// <summary>The power supplies; null: they lose nothing.</summary>
    [Description("The power supplies. Left out: they lose nothing.")]
    public ServerSupply? Supply { get; init; }

    /// <summary>The share of the boards' heat that a liquid loop takes.</summary>
    [Description("The share of the boards' heat that a liquid loop takes away.")]
    [Range(0.0, 1.0)]
    public double LiquidShare { get; init; }

    /// <summary>The warmest inlet that the maker allows, in °C.</summary>
    [Description("The warmest inlet that the maker allows, in °C.")]
    [Range(10.0, 60.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double InletMaxCelsius { get; init; } = 35;

    /// <summary>How it sleeps; null: it is never put to sleep.</summary>
    [Description("How it sleeps. Left out: it is never put to sleep.")]
    public ServerSleep? Sleep { get; init; }

    /// <summary>What work can have of it; null: not known, so that a simulated scheduler places nothing on it.</summary>
    [Description("What work can have of it, for simulated schedulers. Left out: nothing is placed on it.")]
    public ServerCapacity? Capacity { get; init; }
}

/// <summary>What work can have of a server.</summary>
public sealed record ServerCapacity
{
    /// <summary>Processors.</summary>
    [Description("Processors, as the operating system counts them.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Cpu Cpu { get; init; }

    /// <summary>Memory.</summary>
    [Description("Memory, such as 2Ti.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Bytes Memory { get; init; }

    /// <summary>Accelerators.</summary>
    [Description("Accelerators.")]
    [Range(0, 1024)]
    public int Gpus { get; init; }

    /// <summary>Their model.</summary>
    [Description("Their model, such as H100.")]
    public string? GpuModel { get; init; }
}

/// <summary>A server's power, added up from its devices.</summary>
public sealed record ServerDevices
{
    /// <summary>The CPUs.</summary>
    [Description("The CPUs.")]
    public required DeviceSpec Cpus { get; init; }

    /// <summary>The GPUs.</summary>
    [Description("The GPUs.")]
    public required DeviceSpec Gpus { get; init; }

    /// <summary>Memory, network cards, drives.</summary>
    [Description("What memory, network cards and drives draw at any load.")]
    public Watts Fixed { get; init; }

    /// <summary>The utilisation of the CPUs over that of the GPUs.</summary>
    [Description("How busy the CPUs are while the GPUs are wholly busy.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double CpuShare { get; init; } = 1;
}

/// <summary>Alike devices of a server.</summary>
public sealed record DeviceSpec
{
    /// <summary>How many.</summary>
    [Description("How many.")]
    [Range(1, 1024)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int Count { get; init; }

    /// <summary>What each draws idle.</summary>
    [Description("What each draws when idle.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Watts Idle { get; init; }

    /// <summary>What each draws busy.</summary>
    [Description("What each draws when busy.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Watts Max { get; init; }
}

/// <summary>The fans of a server: their speed follows the load, and rises when the inlet is warm.</summary>
public sealed record ServerFans
{
    /// <summary>What they draw at full speed; power goes with the cube of the speed.</summary>
    [Description("What the fans draw at full speed; their power goes with the cube of the speed.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Watts Max { get; init; }

    /// <summary>The air that they move at full speed, in m³/s.</summary>
    [Description("The air that they move at full speed, in m³/s; 1000 CFM are 0.472 m³/s.")]
    [Range(0.0001, 100.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double Flow { get; init; }

    /// <summary>The lowest speed, over the highest.</summary>
    [Description("The lowest speed over the highest.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double LeastSpeed { get; init; } = 0.3;

    /// <summary>The speed at full load with a cool inlet.</summary>
    [Description("The speed at full load with a cool inlet.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double FullLoadSpeed { get; init; } = 0.8;

    /// <summary>The inlet above which they speed up, in °C.</summary>
    [Description("The inlet above which they speed up, in °C.")]
    [Range(0.0, 60.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double WarmCelsius { get; init; } = 24;

    /// <summary>The hottest that the hottest component may be, in °C, when the fans are run by it.</summary>
    [Description("The hottest that the hottest component may be, in °C, when the fans are run by it.")]
    [Range(75.0, 120.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double ComponentMaxCelsius { get; init; } = 87;

    /// <summary>How much speed each kelvin above that adds.</summary>
    [Description("How much speed each kelvin above warmCelsius adds.")]
    [Range(0.0, 1.0)]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double SpeedPerKelvin { get; init; } = 0.03;
}

/// <summary>The power supplies of a server.</summary>
public sealed record ServerSupply
{
    /// <summary>What all of them can give together.</summary>
    [Description("What all of them can give together.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Watts Rating { get; init; }

    /// <summary>What is lost at any load, before the efficiency: Pin = (Pout + constant)/efficiency.</summary>
    [Description("What is lost at any load, before the efficiency counts.")]
    public Watts ConstantLoss { get; init; }

    /// <summary>The efficiency at 10, 20, 50 and 100 % of the rating; empty: 80 PLUS Titanium at 230 V.</summary>
    [Description("The efficiency at 10, 20, 50 and 100 % of the rating. Left out: 80 PLUS Titanium, 0.90, 0.94, 0.96, 0.91.")]
    public IReadOnlyList<double> Efficiency { get; init; } = [];
}

/// <summary>How a server sleeps.</summary>
public sealed record ServerSleep
{
    /// <summary>What it draws asleep, at its inlet.</summary>
    [Description("What it draws asleep, at the wall.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Watts Power { get; init; }

    /// <summary>How long going to sleep takes.</summary>
    [Description("How long going to sleep takes.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Down { get; init; } = Duration.FromSeconds(30);

    /// <summary>How long waking takes; meanwhile it draws near its peak.</summary>
    [Description("How long waking takes; meanwhile it draws near its peak.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Duration Up { get; init; } = Duration.FromSeconds(260);
}
