namespace Datahall.Learning.Evaluation;

/// <summary>All that is known of how well a model does on a data set. What does not apply is null or empty.</summary>
internal sealed record EvaluationReport
{
    /// <summary>What was evaluated, such as the model's folder.</summary>
    public required string Model { get; init; }

    /// <summary>On what, such as the data file.</summary>
    public required string Data { get; init; }

    /// <summary>Single labels: of tokens, or of texts.</summary>
    public TokenReport? Tokens { get; init; }

    /// <summary>Whole entities.</summary>
    public EntityReport? Entities { get; init; }

    /// <summary>Sets of labels.</summary>
    public MultiLabelReport? MultiLabel { get; init; }

    public Confusion? Confusion { get; init; }

    public Calibration? Calibration { get; init; }

    /// <summary>The worst first.</summary>
    public IReadOnlyList<WrongExample> Worst { get; init; } = [];

    /// <summary>Other figures by name, such as sentences per second.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();

    /// <summary>Lines that could not be read and were skipped.</summary>
    public int BadLines { get; init; }

    /// <summary>The report of a tagger's predictions. They are walked through several times, and may be on disk.</summary>
    public static EvaluationReport OfSentences(
        string model, string data, IReadOnlyList<PredictedSentence> sentences, EntityMode mode = EntityMode.Conlleval, int worst = 20)
    {
        var (gold, predicted) = (sentences.Select(sentence => sentence.Gold), sentences.Select(sentence => sentence.Predicted));
        var (golds, predictions) = (gold.SelectMany(tags => tags), predicted.SelectMany(tags => tags));
        var examples = new WorstExamples(worst);
        foreach (var sentence in sentences)
        {
            examples.Add(Example(sentence));
        }

        return new EvaluationReport
        {
            Model = model,
            Data = data,
            Tokens = TokenReport.Of(golds, predictions),
            Entities = EntityReport.Of(gold, predicted, mode),
            Confusion = Confusion.Of(golds, predictions),
            Worst = examples.Take(),
        };
    }

    private static WrongExample Example(PredictedSentence sentence)
    {
        var wrong = Enumerable.Range(0, sentence.Gold.Count).Where(i => sentence.Gold[i] != sentence.Predicted[i]).ToArray();
        return new WrongExample(
            sentence.Where,
            string.Join(' ', sentence.Words),
            Show(sentence.Gold),
            Show(sentence.Predicted),
            wrong.Length,
            sentence.GoldProbability);

        string Show(IReadOnlyList<string> tags) => string.Join(' ', wrong.Select(i => $"{sentence.Words[i]}/{tags[i]}"));
    }
}
