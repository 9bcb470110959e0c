using Datahall.Energy.Facility;
using Datahall.Energy.Fans;

namespace Datahall.Twin.Energy;

/// <summary>Runs the fans of every block by a <see cref="FanControl"/> of its own, finer than the scenario's steps.</summary>
/// <remarks>
/// Sub-steps of 5 s, in each of which the component moves exactly; power and inlet hold during a step. What a step gets are the means of the speed, for the
/// air, and of its cube, for the power. It stops early once nothing moves.
/// </remarks>
internal sealed class NodeFans
{
    private const double SubSeconds = 5;

    private readonly FacilityModel facility;
    private readonly FanControl?[] controls;
    private readonly double[] component;

    private NodeFans(FacilityModel facility, FacilityState state)
    {
        this.facility = facility;
        (controls, component) = (new FanControl?[facility.Blocks.Count], new double[facility.Blocks.Count]);
        for (var i = 0; i < controls.Length; i++)
        {
            if (facility.Blocks[i].Type.Heatsink is { } sink)
            {
                var (watts, inlet) = (state.Compute[i], state.Inlet[facility.Blocks[i].RackIndex]);
                controls[i] = new(sink.Limits, sink.Settled(watts, inlet).Speed);
                component[i] = sink.At(controls[i]!.Duty).Settled(inlet, watts);
            }
        }
    }

    /// <summary>Makes them, settled; null when the state's fans are run by their makers' law.</summary>
    public static NodeFans? Of(FacilityModel facility, FacilityState state) => state.Fans is FanLaw.Component ? new(facility, state) : null;

    /// <summary>How far the hottest component came above its limit, in kelvin; below 0: never.</summary>
    public double WorstKelvin { get; private set; } = double.NegativeInfinity;

    /// <summary>Moves components and fans through a step and sets the fans' means.</summary>
    public void Step(FacilityState state, double seconds)
    {
        facility.Compute(state);
        for (var i = 0; i < controls.Length; i++)
        {
            if (controls[i] is { } control)
            {
                (state.FanSpeed[i], state.FanCube[i]) = Run(i, control, state.Compute[i], state.Inlet[facility.Blocks[i].RackIndex], seconds);
            }
        }
    }

    private (double Speed, double Cube) Run(int block, FanControl control, double watts, double inlet, double seconds)
    {
        var sink = facility.Blocks[block].Type.Heatsink!;
        var (speed, cube, done) = (0.0, 0.0, 0.0);
        while (done < seconds)
        {
            var (duty, before, sub) = (control.Duty, component[block], Math.Min(SubSeconds, seconds - done));
            component[block] = sink.At(duty).After(before, inlet, watts, sub);
            WorstKelvin = Math.Max(WorstKelvin, component[block] - sink.Limits.MaxCelsius);
            control.Step([component[block]], 0, sub);
            var rests = Math.Abs(component[block] - before) < 1e-4 && Math.Abs(control.Duty - duty) < 1e-6;
            var span = rests ? seconds - done : sub;
            (speed, cube, done) = (speed + (duty * span), cube + (duty * duty * duty * span), done + span);
        }

        return (speed / seconds, cube / seconds);
    }
}
