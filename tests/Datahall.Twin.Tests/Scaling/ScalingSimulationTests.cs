using Datahall.Twin.Scaling;
using Datahall.Twin.Traces.Inference;

namespace Datahall.Twin.Tests.Scaling;

public sealed class ScalingSimulationTests
{
    [Theory]
    [InlineData("conv", 25, 0, 12)]
    [InlineData("code", 12, 3, 12)]
    public void On_the_Azure_traces_the_objective_is_held_with_at_most_a_quarter_more_than_a_clairvoyant_and_without_flapping(string name, double objective, int days, int mostTurns)
    {
        var trace = RequestTrace.Read(SharedData.Find($"scheduling/traces/azure-llm-2023/AzureLLMInferenceTrace_{name}.csv"));
        var scenario = new ScalingScenario { Days = days, Autoscale = ScalingScenario.Follow(objective, days) };

        var report = ScalingSimulation.Run(trace, scenario, TestContext.Current.CancellationToken);

        Assert.True(report.Clairvoyant.Kept >= 0.99);
        Assert.True(report.Scaler.Kept >= 0.99, $"{report.Scaler.Kept} within {objective} s");
        Assert.InRange(report.Ratio, 1, 1.25);
        Assert.InRange(report.Scaler.Turns, 0, mostTurns);
    }
}
