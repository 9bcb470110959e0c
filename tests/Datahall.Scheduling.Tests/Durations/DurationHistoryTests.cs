using Datahall.Scheduling.Durations;

namespace Datahall.Scheduling.Tests.Durations;

public sealed class DurationHistoryTests
{
    [Theory]
    [InlineData("ner-finetune-17", "ner-finetune")]
    [InlineData("ner-finetune-20260112-3", "ner-finetune")]
    [InlineData("ner-finetune-9f3ac01b", "ner-finetune")]
    [InlineData("train7", "train")]
    [InlineData("bert", "bert")]
    [InlineData("decade-facade", "decade-facade")]
    [InlineData("42", "42")]
    public void Of_leaves_what_stays_from_run_to_run(string name, string family) => Assert.Equal(family, JobFamily.Of(name));

    [Fact]
    public void Predict_takes_the_closest_kin_that_has_run()
    {
        var history = new DurationHistory();
        history.Add(new("q", "ann", "ner-1", 8, 100, 1));
        history.Add(new("q", "ann", "ner-2", 8, 300, 2));
        history.Add(new("q", "ann", "ner-3", 8, 200, 3));
        history.Add(new("q", "bob", "ocr-1", 8, 900, 4));

        Assert.Equal((200, "the median of 3 runs of ner"), Of(history.Predict("q", "ann", "ner-4", 8, 0)));
        Assert.Equal((300, "the median of 1 run of ner"), Of(history.Predict("q", "ann", "ner-4", 8, 250)));
        Assert.Equal((200, "the median of 3 runs of user ann"), Of(history.Predict("q", "ann", "other", 8, 0)));
        Assert.Equal((200, "the median of 4 runs of queue q with 8 GPUs"), Of(history.Predict("q", "eve", "other", 8, 0)));
        Assert.Null(history.Predict("q", "eve", "other", 4, 0));
    }

    [Fact]
    public void Predict_says_how_far_it_was_off()
    {
        var history = new DurationHistory();
        history.Add(new("q", null, "a-1", 1, 100, 1));
        history.Add(new("q", null, "a-2", 1, 200, 2)); // Predicted 100: off by a factor of 2.

        Assert.Equal(1.0, history.Predict("q", null, "a-3", 1, 0)!.RelativeError!.Value, 9);
    }

    [Fact]
    public void Remove_forgets_a_run()
    {
        var history = new DurationHistory();
        history.Add(new("q", null, "a-1", 1, 100, 1));
        history.Add(new("q", null, "a-2", 1, 300, 2));

        history.Remove(new("q", null, "a-1", 1, 100, 1));

        Assert.Equal(300, history.Predict("q", null, "a-3", 1, 0)!.Seconds);
    }

    private static (double, string) Of(DurationPrediction? prediction) => (prediction!.Seconds, prediction.Source);
}
