using Datahall.Twin.Traces.Jobs;

namespace Datahall.Twin.Tests.Traces.Jobs;

/// <summary>The published figures are those in simulator/draw_fig9-10.py of the artefact (Rivendile/Muri, SIGCOMM 2022).</summary>
public sealed class MuriTests
{
    private static readonly IReadOnlyList<int> Pool = PoolNodes.Parse("8x8");

    [Theory]
    [InlineData("trace1", "srtf", 1370603.198, 26045465.532945)]
    [InlineData("trace1", "srsf", 980140.5699, 26065759.044845)]
    [InlineData("trace1_pr", "srtf", 2303543.816, 24513543.937825)]
    [InlineData("trace1_pr", "srsf", 1801859.995, 24272529.59311)]
    [InlineData("trace3", "srtf", 193081.796, 8174135.28)]
    [InlineData("trace3", "srsf", 185021.8802, 8174135.28)]
    [InlineData("trace3_pr", "srtf", 844394.78, 7261795.828)]
    [InlineData("trace3_pr", "srsf", 798057.6829, 6907790.403)]
    public void Published_disciplines_give_the_published_figures(string trace, string policy, double completion, double makespan)
    {
        var report = Simulate(trace, policy, new(Durations.Known, StartCost.Artefact));

        Assert.Equal(1, report.MeanCompletionSeconds / completion, 1e-8);
        Assert.Equal(1, report.MakespanSeconds / makespan, 1e-8);
    }

    [Theory]
    [InlineData("trace1", 3330371, 1823179)]
    [InlineData("trace1_pr", 6921683, 3314303)]
    [InlineData("trace3", 347213, 397059)]
    [InlineData("trace3_pr", 2213110, 1502768)]
    public void Without_durations_ours_beats_Tiresias_and_Themis(string trace, double tiresias, double themis)
    {
        var ours = Simulate(trace, "datahall", new(Durations.Unknown, StartCost.Restart));
        var charged = Simulate(trace, "datahall", new(Durations.Unknown, StartCost.Artefact));

        Assert.InRange(ours.MeanCompletionSeconds, 0, Math.Min(tiresias, themis));
        Assert.InRange(charged.MeanCompletionSeconds, 0, Math.Min(tiresias, themis));
    }

    [Theory]
    [InlineData("trace1", 980140.5699, 26065759.044845)]
    [InlineData("trace1_pr", 1801859.995, 24272529.59311)]
    [InlineData("trace3", 185021.8802, 8174135.28)]
    [InlineData("trace3_pr", 798057.6829, 6907790.403)]
    public void With_durations_ours_is_no_worse_than_SRSF_and_ends_earlier(string trace, double completion, double makespan)
    {
        var ours = Simulate(trace, "datahall", new(Durations.Known, StartCost.Restart));
        var charged = Simulate(trace, "datahall", new(Durations.Known, StartCost.Artefact));

        Assert.InRange(ours.MeanCompletionSeconds, 0, completion);
        Assert.InRange(ours.MakespanSeconds, 0, makespan - 1);
        Assert.InRange(charged.MeanCompletionSeconds, 0, completion);
    }

    // The artefact's _pr lists are the same jobs, all submitted at zero.
    private static JobReport Simulate(string name, string policy, SimulationRules rules)
    {
        var batch = name.EndsWith("_pr", StringComparison.Ordinal);
        var trace = JobTrace.Read("muri", SharedData.Find($"scheduling/traces/muri/{name.Replace("_pr", "", StringComparison.Ordinal)}.csv"), null);
        trace = batch ? JobTrace.Of("muri", trace.Jobs.OrderBy(j => j.Line).Select(j => j with { SubmittedSeconds = 0 })) : trace;
        return JobReport.Of(JobSimulation.Run(trace, Pool, policy, rules, null, TestContext.Current.CancellationToken));
    }
}
