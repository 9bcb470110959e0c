using Datahall.Learning.Settings;
using Datahall.Learning.Tasks;

namespace Datahall.Learning.Tests.Tasks;

public sealed class UnusedSettingsTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("datahall-unused-").FullName;

    public UnusedSettingsTests() => Natives.NativeLibraries.Prepare();

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("embed", "model.crf=true", "model.crf: not used by the task embed; leave it out")]
    [InlineData("rank", "training.pieceDropout=0.1", "training.pieceDropout: not used by the task rank")]
    [InlineData("mlm", "training.teachers=[\"a\"]", "training.teachers: not used by the task mlm")]
    [InlineData("multilabel", "training.labelSmoothing=0.1", "training.labelSmoothing: not used by the task multilabel")]
    [InlineData("classify", "model.characters=true", "model.characters: not used by the task classify")]
    [InlineData("ner", "training.balanceClasses=true", "training.balanceClasses: not used by the task ner with a CRF")]
    [InlineData("classify", "training.keepZeros=true", "training.keepZeros: a new model has no weights that were cut")]
    [InlineData("classify", "model.freeze=[\"*\"]", "model.freeze: * leaves nothing to train")]
    public void What_a_task_would_ignore_is_refused_by_name(string task, string change, string problem)
    {
        var data = task == "ner" ? SmallSentences.Write(root, "train.conll", 10) : Path.Combine(root, "train.csv");
        if (task != "ner")
        {
            File.WriteAllText(data, "text,pair,label\nan apple,a pear,good\na plum,a peach,bad\n");
        }

        var file = Path.Combine(root, "settings.yaml");
        File.WriteAllText(file, $"task: {task}\noutput: {root}/run\ndata: {{ train: [{data}] }}\nmodel: {{ crf: {(task == "ner" ? "true" : "false")}, new: {{ layers: 1, hidden: 16, heads: 2, feedForward: 32, vocabulary: 300 }} }}\n");
        var settings = SettingsFile.Read<TrainSettings>(file, [change]);

        Assert.Contains(problem, Assert.Throws<LearningException>(() => LearningTasks.Find(task).Open(settings)).Message, StringComparison.Ordinal);
    }
}
