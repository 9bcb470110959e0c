using Datahall.Learning.Settings;

namespace Datahall.Learning.Tests.Settings;

public sealed class SettingsFileTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    private TrainSettings Read(string text, params string[] changes)
    {
        File.WriteAllText(path, text);
        return SettingsFile.Read<TrainSettings>(path, changes);
    }

    [Fact]
    public void Changes_of_the_command_line_lie_over_the_file()
    {
        var settings = Read("{task: ner, output: a, data: {train: [x]}, training: {epochs: 2}}", "training.epochs=5", "model.crf=true", "output=b", "data.dev=[\"y\"]");

        Assert.Equal((5.0, true, "b"), (settings.Training.Epochs, settings.Model.Crf, settings.Output));
        Assert.Equal(["y"], settings.Data.Dev);
        Assert.Equal(1024, settings.Training.TokensPerBatch);
    }

    [Theory]
    [InlineData("{task: ner, output: a, data: {}, training: {epoch: 2}}", "training", "epoch")]
    [InlineData("{task: ner, output: a, data: {}, training: {epochs: -1}}", "training.epochs", "-1")]
    [InlineData("{output: a, data: {}}", "task", "")]
    public void A_field_that_is_wrong_is_named_with_its_place(string text, string field, string value)
    {
        var failure = Assert.Throws<LearningException>(() => Read(text));

        Assert.Contains(field, failure.Message, StringComparison.Ordinal);
        Assert.Contains(value, failure.Message, StringComparison.Ordinal);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("training.epochs")]
    [InlineData("training.epoch=1")]
    [InlineData("task.name=x")]
    public void A_change_that_is_wrong_is_named(string change) =>
        Assert.Contains("--set", Assert.Throws<LearningException>(() => Read("{task: ner, output: a, data: {}}", change)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_fingerprint_follows_settings_and_data()
    {
        var settings = Read("{task: ner, output: a, data: {}}");
        var first = SettingsFile.Fingerprint(settings, [path]);

        Assert.Equal(first, SettingsFile.Fingerprint(settings with { }, [path]));
        Assert.NotEqual(first, SettingsFile.Fingerprint(settings with { Seed = 2 }, [path]));
        File.AppendAllText(path, " ");
        Assert.NotEqual(first, SettingsFile.Fingerprint(settings, [path]));
    }
}
