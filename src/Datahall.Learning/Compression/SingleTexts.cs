using Datahall.Learning.Export;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Rows;
using Datahall.Learning.Settings;
using Datahall.Learning.Tasks;

namespace Datahall.Learning.Compression;

/// <summary>Times texts one by one, as a service gets them.</summary>
internal static class SingleTexts
{
    private const int Most = 300;
    private const int WarmUp = 20;

    /// <summary>The median and the 99th percentile, in milliseconds.</summary>
    public static (double Median, double Slow) Measure(string folder, OnnxPrecision precision, DataSettings data)
    {
        using var pipeline = TextPipeline.Load(folder, new() { Precision = precision });
        var (log, temporary) = (DataSources.LogOf(data), Path.GetTempPath());
        var runs = pipeline switch
        {
            TokenClassificationPipeline tagger => First(DataSources.Sentences(data, data.Dev, temporary, log)).ConvertAll(sentence => (Action)(() => tagger.RunWords([sentence.Words]))),
            TextClassificationPipeline classifier => First(DataSources.Texts(data, data.Dev, LabelForm.One, temporary, log)).ConvertAll(text => (Action)(() => _ = text.Pair is { } pair ? classifier.RunPairs([(text.Text, pair)]) : classifier.Run([text.Text]))),
            _ => throw new LearningException($"{folder}: models of this kind are not compressed by a recipe; export them with --int8"),
        };
        foreach (var run in runs.Take(WarmUp))
        {
            run();
        }

        var times = runs.ConvertAll(static run =>
        {
            var started = TimeProvider.System.GetTimestamp();
            run();
            return TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
        });
        times.Sort();
        return (times[times.Count / 2], times[(int)(times.Count * 0.99)]);
    }

    private static List<T> First<T>(DiskRows<T> rows)
    {
        using (rows)
        {
            return [.. rows.Take(Most)];
        }
    }
}
