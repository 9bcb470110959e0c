using Datahall.Learning.Networks;
using Datahall.Learning.Training;
using TorchSharp;

namespace Datahall.Learning.Tests.Training;

public sealed class AdamWTests
{
    /// <summary>By hand, first step: both corrected moments are the gradient and its square, so that a weight moves by the rate times their share.</summary>
    [Fact]
    public void Rows_of_features_move_as_far_as_their_gradients_say_and_others_all_as_far()
    {
        Natives.NativeLibraries.Prepare();
        using var parameters = new ParameterSet(new Random(0));
        var rows = parameters.AddFeatures("surface.weight", 2, 1);
        var matrix = parameters.Add("classifier.weight", Initial.Zeros, 2, 1);
        using var optimizer = new AdamW(parameters.Items, static _ => 1, decay: 0, keepsZeros: false);
        using (var scope = torch.NewDisposeScope())
        {
            (rows.Plus(matrix) * torch.tensor(new float[,] { { 3 }, { 0.4f } })).sum().backward();
        }

        optimizer.Step(0.1);

        using (var scope = torch.NewDisposeScope())
        {
            Assert.Equal([-0.1f, -0.1f], matrix.data<float>().ToArray().Select(static value => MathF.Round(value, 5)));
            var length = MathF.Sqrt(((3 * 3) + (0.4f * 0.4f)) / 2);
            Assert.Equal([MathF.Round(-0.1f * 3 / length, 5), MathF.Round(-0.1f * 0.4f / length, 5)], rows.data<float>().ToArray().Select(static value => MathF.Round(value, 5)));
        }
    }
}
