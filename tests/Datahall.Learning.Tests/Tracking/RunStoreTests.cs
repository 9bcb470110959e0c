using Datahall.Learning.Tracking;

namespace Datahall.Learning.Tests.Tracking;

public sealed class RunStoreTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void List_finds_runs_at_any_depth_the_latest_first()
    {
        Runs.Make(folder.File("old"), Runs.Noon);
        Runs.Make(folder.File("trials", "new"), Runs.Noon.AddHours(1));

        Assert.Equal([Path.Combine("trials", "new"), "old"], new RunStore(folder.Path).List().Select(run => run.Name));
    }

    [Fact]
    public void Find_takes_the_start_of_a_name_that_one_run_has()
    {
        Runs.Make(folder.File("ner-1"), Runs.Noon);
        Runs.Make(folder.File("ner-2"), Runs.Noon);
        var store = new RunStore(folder.Path);

        Assert.Equal("ner-2", store.Find("ner-2").Name);
        Assert.Equal("'ner' may be any of ner-1, ner-2; write more of the name", Assert.Throws<LearningException>(() => store.Find("ner")).Message);
        Assert.Contains("has no run 'intent'", Assert.Throws<LearningException>(() => store.Find("intent")).Message);
    }

    [Fact]
    public void List_names_what_is_damaged()
    {
        Runs.Make(folder.File("ner"), Runs.Noon);
        File.WriteAllText(folder.File("ner", "metrics.jsonl"), "{}\n{\"step\":1,\"time\":\"2026-03-01T12:00:00Z\",\"metrics\":{}}\n");

        var exception = Assert.Throws<LearningException>(new RunStore(folder.Path).List);

        Assert.StartsWith($"{folder.File("ner", "metrics.jsonl")}:1 is no line of metrics", exception.Message);
    }

    [Fact]
    public void List_names_a_folder_that_is_not_there() =>
        Assert.Equal("/nowhere is not there; name the folder that holds the runs", Assert.Throws<LearningException>(new RunStore("/nowhere").List).Message);

    [Fact]
    public void Best_is_the_lowest_loss_and_the_highest_score()
    {
        (long, double)[] points = [(1, 0.5), (2, double.NaN), (3, 0.25), (4, 0.75)];

        Assert.Equal((3, 0.25), new MetricSeries("train/loss", points).Best);
        Assert.Equal((4, 0.75), new MetricSeries("eval/f1", points).Best);
    }
}
