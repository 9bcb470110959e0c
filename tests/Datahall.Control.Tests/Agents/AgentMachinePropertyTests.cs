namespace Datahall.Control.Tests.Agents;

public sealed class AgentMachinePropertyTests
{
    private const int Rounds = 3000;

    [Fact]
    public void A_random_life_never_doubles_a_task_and_converges_when_the_faults_end()
    {
        var first = Environment.GetEnvironmentVariable("DATAHALL_SEED") is { } text
            ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            : 1;
        for (var seed = first; seed < first + Rounds; seed++)
        {
            var world = new AgentWorld(new Random(seed));
            try
            {
                for (var step = 0; step < 60; step++)
                {
                    world.Step();
                }

                world.Heal();
            }
            catch (InvalidOperationException e)
            {
                Assert.Fail($"seed {seed} (replay with DATAHALL_SEED={seed}): {e.Message}");
            }
        }
    }
}
