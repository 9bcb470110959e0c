using Datahall.Energy.Conversion;
using Datahall.Energy.Fans;
using Datahall.Energy.Servers;
using Datahall.Energy.Sleep;
using Datahall.Model;

namespace Datahall.Energy.Facility;

/// <summary>What one server draws and gives off at one load and one inlet, with the slopes that energy prices need.</summary>
/// <param name="Fans">Its fans, in watts.</param>
/// <param name="Wall">What it draws at its inlet, in watts.</param>
/// <param name="Flow">The air it moves, in m³/s.</param>
/// <param name="WallByWatts">How much more it draws for one more watt of its boards, in W/W.</param>
/// <param name="WallByInlet">How much more it draws for a warmer inlet, in W/K.</param>
/// <param name="FlowByWatts">How much more air it moves for one more watt of its boards.</param>
/// <param name="FlowByInlet">How much more air it moves for a warmer inlet.</param>
public readonly record struct ServerDraw(
    double Fans, double Wall, double Flow, double WallByWatts, double WallByInlet, double FlowByWatts, double FlowByInlet);

/// <summary>A type of server, ready to compute with. Immutable and thread-safe.</summary>
/// <remarks>
/// Fan speed = full-load speed · P/Pmax + speed per kelvin · max(0, Tinlet − warm), kept between the lowest speed and 1; fan power goes with its cube, air
/// flow with itself. That fans follow load and inlet is how servers behave (EnergyPlus' ITE object has the same two terms); its slopes are defaults.
/// </remarks>
public sealed class ServerType
{
    private static readonly double[] Titanium = [0.90, 0.94, 0.96, 0.91]; // 80 PLUS Titanium at 230 V: 10, 20, 50, 100 %.

    private const double LeastDuty = 0.25;
    private const double SafeDuty = 0.8;

    private readonly ServerFans? fans;
    private readonly PowerSupply? supply;

    /// <summary>Makes a type.</summary>
    /// <param name="spec">A server type that validation took.</param>
    /// <exception cref="ArgumentException">A figure is out of its range.</exception>
    public ServerType(ServerSpec spec)
    {
        Name = spec.Name;
        Power = ModelOf(spec);
        fans = spec.Fans;
        Heatsink = fans is { } f && Power.MaxWatts > 0
            ? new(new(f.ComponentMaxCelsius, Math.Max(f.LeastSpeed, LeastDuty), Math.Max(f.LeastSpeed, SafeDuty)), Power.MaxWatts, f.FullLoadSpeed, f.WarmCelsius)
            : null;
        supply = spec.Supply is { } s ? new(s.Rating.Value, s.ConstantLoss.Value, s.Efficiency.Count > 0 ? [.. s.Efficiency] : Titanium) : null;
        LiquidShare = spec.LiquidShare;
        InletMaxCelsius = spec.InletMaxCelsius;
        Capacity = spec.Capacity;
        Sleep = spec.Sleep is { } sleep
            ? new(sleep.Power.Value, sleep.Down.Milliseconds / 1000.0, sleep.Up.Milliseconds / 1000.0, Power.IdleWatts, Power.MaxWatts)
            : null;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>What its boards draw.</summary>
    public ServerPowerModel Power { get; }

    /// <summary>The share of the boards' heat that a liquid loop takes, from 0 to 1.</summary>
    public double LiquidShare { get; }

    /// <summary>The warmest inlet that the maker allows, in °C.</summary>
    public double InletMaxCelsius { get; }

    /// <summary>What work can have of it; null: not known.</summary>
    public ServerCapacity? Capacity { get; }

    /// <summary>Its hottest component behind its heatsink; null: it has no fans.</summary>
    public Heatsink? Heatsink { get; }

    /// <summary>How it sleeps; null: never.</summary>
    public SleepState? Sleep { get; }

    /// <summary>The air that it moves at full load with a cool inlet, in m³/s.</summary>
    public double DesignFlow => fans is { } f ? f.Flow * f.FullLoadSpeed : 0;

    /// <summary>What it draws.</summary>
    /// <param name="watts">The power of its boards, in watts.</param>
    /// <param name="inletCelsius">Its inlet, in °C.</param>
    /// <param name="law">How its fans are run.</param>
    public ServerDraw Draw(double watts, double inletCelsius, FanLaw law = FanLaw.Load)
    {
        var (speed, byWatts, byInlet) = law is FanLaw.Component && Heatsink is { } sink ? sink.Settled(watts, inletCelsius) : Speed(watts, inletCelsius);
        var (fanWatts, flow) = fans is { } f ? (f.Max.Value * speed * speed * speed, f.Flow) : (0, 0);
        var fanSlope = speed > 0 ? 3 * fanWatts / speed : 0;
        var (wall, slope) = supply is { } s ? (s.Input(watts + fanWatts), s.Slope(watts + fanWatts)) : (watts + fanWatts, 1);
        return new(fanWatts, wall, flow * speed, slope * (1 + (fanSlope * byWatts)), slope * fanSlope * byInlet, flow * byWatts, flow * byInlet);
    }

    /// <summary>What it draws while somebody else runs its fans.</summary>
    /// <param name="watts">The power of its boards, in watts.</param>
    /// <param name="speed">The mean speed of its fans, from 0 to 1.</param>
    /// <param name="cube">The mean cube of it.</param>
    internal ServerDraw DrawAt(double watts, double speed, double cube)
    {
        var (fanWatts, flow) = fans is { } f ? (f.Max.Value * cube, f.Flow) : (0, 0);
        var (wall, slope) = supply is { } s ? (s.Input(watts + fanWatts), s.Slope(watts + fanWatts)) : (watts + fanWatts, 1);
        return new(fanWatts, wall, flow * speed, slope, 0, 0, 0);
    }

    private (double Speed, double ByWatts, double ByInlet) Speed(double watts, double inlet)
    {
        if (fans is not { } f)
        {
            return (0, 0, 0);
        }

        var byWatts = Power.MaxWatts > 0 ? f.FullLoadSpeed / Power.MaxWatts : 0;
        var warm = inlet > f.WarmCelsius;
        var speed = (byWatts * watts) + (warm ? f.SpeedPerKelvin * (inlet - f.WarmCelsius) : 0);
        return speed <= f.LeastSpeed ? (f.LeastSpeed, 0, 0) : speed >= 1 ? (1, 0, 0) : (speed, byWatts, warm ? f.SpeedPerKelvin : 0);
    }

    private static ServerPowerModel ModelOf(ServerSpec spec)
    {
        var (idle, max) = ((double)spec.Idle.Value, (double)spec.Max.Value);
        return spec.Power switch
        {
            PowerCurve.Sqrt => ServerPowerModel.Sqrt(idle, max),
            PowerCurve.Square => ServerPowerModel.Square(idle, max),
            PowerCurve.Cubic => ServerPowerModel.Cubic(idle, max),
            PowerCurve.Mse => new MsePowerModel(idle, max, spec.Shape ?? 1.4),
            PowerCurve.Asymptotic => new AsymptoticPowerModel(idle, max, spec.Shape ?? 0.3, ClockScaling.Fixed),
            PowerCurve.AsymptoticDvfs => new AsymptoticPowerModel(idle, max, spec.Shape ?? 0.3, ClockScaling.Dvfs),
            PowerCurve.Frequency => new FrequencyPowerModel(idle, max, spec.Shape ?? 0.3),
            PowerCurve.Points => new PointsPowerModel([.. spec.Points.Select(static p => (double)p.Value)]),
            PowerCurve.Devices when spec.Devices is { } d => new DevicePowerModel(PowerOf(d.Cpus), PowerOf(d.Gpus), d.Fixed.Value, d.CpuShare),
            _ => ServerPowerModel.Linear(idle, max),
        };
    }

    private static DevicePower PowerOf(DeviceSpec devices) => new(devices.Count, devices.Idle.Value, devices.Max.Value);
}
