using Datahall.Learning.Networks;
using Datahall.Learning.Surface;
using TorchSharp;

namespace Datahall.Learning.Tests.Surface;

public sealed class TextSurfaceLayerTests : IDisposable
{
    private const int Common = 1;
    private const int Rare = 2;
    private const int Unseen = 3;

    private readonly ParameterSet parameters;
    private readonly TextSurfaceLayer layer;

    public TextSurfaceLayerTests()
    {
        Natives.NativeLibraries.Prepare();
        parameters = new(new Random(0));
        layer = new(parameters, labels: 2);
    }

    private static int Run => Enumerable.Range(0, TextFeatures.Buckets).First(static feature => TextFeatures.KindOf(feature) == 1);

    public void Dispose() => parameters.Dispose();

    [Fact]
    public void Rare_features_count_more_and_each_kind_has_a_vector_of_length_1()
    {
        layer.Weigh([[Common, Rare, Rare, Run], [Common, Run]]);
        Set(Common, 1, 0);
        Set(Rare, 0, 1);
        Set(Run, 2, 0);

        // ln(3/3) + 1 = 1 and ln(3/2) + 1 = 1.4055; the length of both is 1.7249. The run is alone in its kind: 1.
        AssertScores([Common, Rare, Run], 0.5797 + 2, 0.8148);
        AssertScores([Rare], 0, 1);
        AssertScores([Run], 2, 0);
    }

    [Fact]
    public void What_no_text_of_the_training_has_counts_nothing()
    {
        layer.Weigh([[Common]]);
        Set(Common, 1, 0);
        Set(Unseen, 5, 5);

        AssertScores([Common, Unseen], 1, 0);
        AssertScores([Unseen], 0, 0);
    }

    [Fact]
    public void More_training_weighs_what_is_new_and_leaves_what_is_known()
    {
        layer.Weigh([[Common, Rare], [Common]]);
        layer.Weigh([[Rare, Unseen], [Rare], [Rare]]);
        Set(Rare, 1, 0);
        Set(Unseen, 0, 1);

        // Rare is still ln(3/2) + 1 = 1.4055, the new one ln(4/2) + 1 = 1.6931; the length of both is 2.2005.
        AssertScores([Rare, Unseen], 0.6387, 0.7694);
    }

    [Fact]
    public void Kinds_have_numbers_of_their_own()
    {
        Assert.Equal(Enumerable.Range(0, TextFeatures.Kinds), TextFeatures.Of("Atlas rises", "Atlas").Select(TextFeatures.KindOf).Distinct());
        Assert.Equal([0, 1], TextFeatures.Of("Atlas rises", null).Select(TextFeatures.KindOf).Distinct());
        Assert.Equal(TextFeatures.Kinds - 1, TextFeatures.KindOf(TextFeatures.Buckets - 1));
    }

    private void Set(int feature, float first, float second)
    {
        using var scope = torch.NewDisposeScope();
        using var quiet = torch.no_grad();
        parameters.Items.Single(static item => item.Name == "surface.weight").Value[feature] = torch.tensor([first, second]);
    }

    private void AssertScores(int[] text, double first, double second)
    {
        using var scope = torch.NewDisposeScope();
        var scores = layer.Forward([text], ForwardMode.Evaluation);
        Assert.Equal(first, scores[0, 0].item<float>(), 3);
        Assert.Equal(second, scores[0, 1].item<float>(), 3);
    }
}
