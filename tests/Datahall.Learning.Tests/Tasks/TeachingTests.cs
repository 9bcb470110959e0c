using Datahall.Learning.Tasks;
using static TorchSharp.torch;

namespace Datahall.Learning.Tests.Tasks;

public sealed class TeachingTests
{
    public TeachingTests() => Natives.NativeLibraries.Prepare();

    /// <summary>A pupil that says what its teacher says has nothing to learn, at any temperature: the gradient is 0 there, and nowhere else.</summary>
    [Theory]
    [InlineData("one", 1)]
    [InlineData("one", 2)]
    [InlineData("several", 1)]
    [InlineData("several", 2)]
    public void The_loss_is_least_where_pupil_and_teacher_agree(string labels, double temperature)
    {
        using var scope = NewDisposeScope();
        float[][] taught = labels == "one" ? [[0.7f, 0.2f, 0.1f]] : [[0.9f, 0.8f, 0.1f]]; // Several add up to more than 1.
        float[] agreed = [.. taught[0].Select(share => labels == "one" ? MathF.Log(share) : MathF.Log(share / (1 - share)))];

        Assert.InRange(Steepness(agreed), 0, 1e-5);
        Assert.InRange(Steepness([agreed[0] - 1, agreed[1], agreed[2] + 1]), 0.05, double.MaxValue);

        double Steepness(float[] values)
        {
            var scores = tensor(values, [1, 3], requires_grad: true);
            (labels == "one" ? Teaching.Loss(scores, taught, temperature) : Teaching.LossOfSeveral(scores, taught, temperature)).backward();
            return scores.grad!.norm().item<float>();
        }
    }
}
