using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

public sealed class DropoutMasksTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Fill_keeps_the_share_it_should_and_scales_the_rest(double probability)
    {
        var mask = new float[1_000_003];

        new DropoutMasks(seed: 3).Fill(mask, probability);

        var kept = mask.Count(value => value != 0) / (double)mask.Length;
        Assert.InRange(kept, 1 - probability - 0.002, 1 - probability + 0.002); // 4 standard deviations
        Assert.All(mask.Where(value => value != 0), value => Assert.Equal(1 / (1 - probability), value, 1e-6));
    }

    [Fact]
    public void Fill_decides_each_element_by_itself()
    {
        var mask = new float[1 << 20];
        new DropoutMasks(seed: 3).Fill(mask, 0.5);

        foreach (var distance in (int[])[1, 2, 7, 8, 9, 16, 17, 256, 768])
        {
            var both = Enumerable.Range(0, mask.Length - distance).Count(i => mask[i] != 0 && mask[i + distance] != 0);
            Assert.InRange(both / (double)(mask.Length - distance), 0.2475, 0.2525); // more than 5 standard deviations
        }
    }

    [Fact]
    public void A_position_gives_the_same_mask_again_and_no_other()
    {
        var (first, second, other, again) = (new float[1000], new float[1000], new float[1000], new float[1000]);
        var masks = new DropoutMasks(seed: 3);
        masks.Fill(first, 0.3);
        masks.Fill(second, 0.3);
        new DropoutMasks(seed: 4).Fill(other, 0.3);

        new DropoutMasks(seed: 3) { Position = 1 }.Fill(again, 0.3);

        Assert.Equal(2, masks.Position);
        Assert.Equal(second, again);
        Assert.NotEqual(first, second);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void Apply_drops_the_same_elements_of_the_gradient()
    {
        using var scope = NewDisposeScope();
        var input = ones([7, 11]).requires_grad_();

        var output = new DropoutMasks(seed: 3).Apply(input, 0.4);
        output.sum().backward();

        Assert.True(output.equal(input.grad!).all().item<bool>());
        Assert.Same(input, new DropoutMasks(seed: 3).Apply(input, 0));
    }
}
