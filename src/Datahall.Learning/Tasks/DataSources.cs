using System.Globalization;
using Datahall.Learning.Data;
using Datahall.Learning.Rows;
using Datahall.Learning.Settings;

namespace Datahall.Learning.Tasks;

/// <summary>How many labels a text has.</summary>
internal enum LabelForm
{
    /// <summary>One, or none that matters.</summary>
    One,

    /// <summary>Any number; in CSV they are parted by <c>|</c>.</summary>
    Several,
}

/// <summary>Reads the files of a task as its settings say.</summary>
internal static class DataSources
{
    /// <summary>The folder where the rows of a run are kept: its own, or that for temporary files when it has none.</summary>
    public static string FolderOf(TrainSettings settings) => settings.Output.Length > 0 ? settings.Output : Path.GetTempPath();

    /// <summary>Where bad lines are counted, or stop, as the settings say.</summary>
    public static BadLineLog LogOf(DataSettings settings) => new(settings.BadLines is BadLinesSetting.Skip ? BadLines.Skip : BadLines.Stop);

    /// <summary>The sentences of files, their tags in IOB2. Each file is read once, so that what is kept is of one moment.</summary>
    /// <param name="settings">How the files are read.</param>
    /// <param name="files">The files.</param>
    /// <param name="folder">Where the sentences are kept.</param>
    /// <param name="log">Where bad lines are counted.</param>
    /// <exception cref="LearningException">A file cannot be read, or is in a form without tags; or the disk is full.</exception>
    public static DiskRows<TaggedSentence> Sentences(DataSettings settings, IReadOnlyList<string> files, string folder, BadLineLog log)
    {
        var before = log.Count;
        var all = new DiskRows<TaggedSentence>(folder, new SentenceRows());
        foreach (var file in files)
        {
            using var sentences = new DiskRows<TaggedSentence>(folder, new SentenceRows()).With(Sentences(settings, file, log));
            if (sentences.Count == 0)
            {
                throw new LearningException($"{file} holds no sentence");
            }

            all.With(TagSchemes.Convert(sentences, Scheme(settings, sentences), TagScheme.Iob2, log));
        }

        Tell(log, before);
        return all;
    }

    /// <summary>The texts of files.</summary>
    /// <param name="settings">How the files are read.</param>
    /// <param name="files">The files.</param>
    /// <param name="form">How many labels a text has.</param>
    /// <param name="folder">Where the texts are kept.</param>
    /// <param name="log">Where bad lines are counted.</param>
    /// <exception cref="LearningException">A file cannot be read, or there is no text in them; or the disk is full.</exception>
    public static DiskRows<LabelledText> Texts(DataSettings settings, IReadOnlyList<string> files, LabelForm form, string folder, BadLineLog log)
    {
        var before = log.Count;
        var fields = new TextFields();
        fields = fields with
        {
            Text = settings.Fields.Text ?? fields.Text,
            Pair = settings.Fields.Pair ?? fields.Pair,
            Label = settings.Fields.Label ?? fields.Label,
            Labels = settings.Fields.Label is not { } named ? fields.Labels : form is LabelForm.Several ? named : "", // A field that is named is the only one.
        };
        var all = new DiskRows<LabelledText>(folder, new TextRows()).With(files.SelectMany(file => JsonSplits.IsOne(file) ? JsonSplits.Read(file) : FormatOf(settings, file) switch
        {
            DataFormat.Csv => settings.Scheme is "sentfin" ? new SentimentReader(log).Read(file) : new CsvReader(log, fields).Read(file),
            DataFormat.Jsonl => new JsonLinesReader(log, fields).ReadTexts(file),
            DataFormat.Text => PlainText.Read(file),
            _ => new ConllReader(log, Columns(settings)).Read(file).Select(static sentence => new LabelledText(string.Join(' ', sentence.Words), null, []) { Source = sentence.Source, Line = sentence.Line }),
        }));
        Tell(log, before);
        return all.Count > 0 ? all : throw new LearningException($"{string.Join(", ", files)}: no text in there");
    }

    private static IEnumerable<TaggedSentence> Sentences(DataSettings settings, string file, BadLineLog log) => FormatOf(settings, file) switch
    {
        DataFormat.Conll => new ConllReader(log, Columns(settings)).Read(file),
        DataFormat.Jsonl => new JsonLinesReader(log, new TextFields(Tokens: settings.Fields.Text ?? "tokens", Tags: settings.Fields.Label ?? "tags")).ReadSentences(file),
        var other => throw new LearningException($"{file}: words with tags are read from conll or jsonl, not from {other.ToString().ToLowerInvariant()}; set data.format"),
    };

    private static DataFormat FormatOf(DataSettings settings, string file) => settings.Format is not DataFormat.Auto ? settings.Format : Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".jsonl" or ".ndjson" => DataFormat.Jsonl,
        ".csv" => DataFormat.Csv,
        ".txt" or ".text" when !file.EndsWith(".conll.txt", StringComparison.OrdinalIgnoreCase) => DataFormat.Text,
        _ => DataFormat.Conll,
    };

    private static ConllColumns Columns(DataSettings settings) => new(Column(settings.Fields.Text, "text", 0), Column(settings.Fields.Label, "label", -1));

    private static int Column(string? text, string field, int usual) => text is null ? usual
        : int.TryParse(text, CultureInfo.InvariantCulture, out var column) ? column
        : throw new LearningException($"data.fields.{field}: '{text}' is no column; write a number, 0 for the first, -1 for the last");

    private static TagScheme Scheme(DataSettings settings, IEnumerable<TaggedSentence> sentences) => settings.Scheme switch
    {
        "auto" => TagSchemeDetection.Detect(sentences),
        "iob1" => TagScheme.Iob1,
        "iob2" or "bio" => TagScheme.Iob2,
        "bioes" => TagScheme.Bioes,
        "bmes" => TagScheme.Bmes,
        var other => throw new LearningException($"data.scheme: there is no scheme '{other}'; there are auto, iob1, iob2, bioes and bmes"),
    };

    private static void Tell(BadLineLog log, int before)
    {
        if (log.Count > before)
        {
            Console.Error.WriteLine($"{log.Count - before} bad lines were left out, such as {log.Messages[^1]}");
        }
    }
}
