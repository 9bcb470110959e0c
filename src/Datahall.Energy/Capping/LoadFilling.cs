using Datahall.Energy.Curves;

namespace Datahall.Energy.Capping;

/// <summary>How far one load has been raised from its floor.</summary>
internal sealed class LoadFilling
{
    private readonly List<FillStep> steps = [];
    private double inStep;

    public LoadFilling(TreeLoad load)
    {
        Load = load;
        var (rated, floor) = (Require.NotNegative(load.RatedWatts), Require.NotNegative(load.FloorWatts));
        var paused = load.PausedWatts ?? floor;
        if (floor > rated || Require.NotNegative(paused) > floor)
        {
            throw new ArgumentException($"a load of {rated} W has a floor of {floor} W and draws {paused} W paused; each must be at most the one before it");
        }

        Watts = rated;
        if (rated == 0)
        {
            return;
        }

        if (load.Response is not { Hull: var hull })
        {
            AddResume(rated, 1, rated);
            return;
        }

        Watts = floor;
        AddResume(floor, hull[0].Cap, rated * hull[0].Throughput);
        var wattsPerCap = (rated - floor) / (1 - hull[0].Cap);
        for (var i = 1; i < hull.Count; i++)
        {
            var (from, to) = (hull[i - 1], hull[i]);
            steps.Add(new((to.Cap - from.Cap) * wattsPerCap, to.Cap, rated * (to.Throughput - from.Throughput), IsPause: false));
        }

        steps.RemoveAll(static step => step.Watts <= 0);
    }

    public TreeLoad Load { get; }

    public IReadOnlyList<FillStep> Steps => steps;

    /// <summary>What it may draw now, in watts.</summary>
    public double Watts { get; private set; }

    /// <summary>The step it is in; as many as there are when it is wholly raised.</summary>
    public int Step { get; private set; }

    public double StepLeft => Step < steps.Count ? steps[Step].Watts - inStep : 0;

    public double Left
    {
        get
        {
            var left = StepLeft;
            for (var i = Step + 1; i < steps.Count; i++)
            {
                left += steps[i].Watts;
            }

            return left;
        }
    }

    public TreeCap Cap
    {
        get
        {
            var lowest = Load.Response?.LowestCap ?? 1;
            if (Step >= steps.Count)
            {
                return TreeCap.None;
            }

            var share = inStep / steps[Step].Watts;
            var from = Step == 0 || steps[Step - 1].IsPause ? lowest : steps[Step - 1].ToCap;
            return steps[Step].IsPause ? new(lowest, share) : new(from + (share * (steps[Step].ToCap - from)), 1);
        }
    }

    public void Raise(double watts)
    {
        Watts += watts;
        inStep += watts;
        if (Step < steps.Count && steps[Step].Watts - inStep <= 1e-9 * steps[Step].Watts)
        {
            (Step, inStep) = (Step + 1, 0);
        }
    }

    private void AddResume(double watts, double cap, double gain)
    {
        if (Load.PausedWatts is { } paused && watts > paused)
        {
            Watts = paused;
            steps.Add(new(watts - paused, cap, gain, IsPause: true));
        }
    }
}

/// <summary>A way up from the floor.</summary>
/// <param name="Watts">What it takes, in watts, above 0.</param>
/// <param name="ToCap">The cap at its end.</param>
/// <param name="Gain">The throughput it gives, in that of a watt without a cap.</param>
/// <param name="IsPause">Whether it resumes paused work.</param>
internal readonly record struct FillStep(double Watts, double ToCap, double Gain, bool IsPause)
{
    public double GainPerWatt => Gain / Watts;
}
