using Datahall.Learning.Data;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Settings;
using Datahall.Learning.Surface;
using Datahall.Learning.Tokens;
using static TorchSharp.torch;

namespace Datahall.Learning.Tasks;

/// <summary>Classes of texts, or of a text asked about another (the sentiment towards an entity): one class each, or any number.</summary>
/// <param name="isMultiLabel">Whether a text may have any number of classes.</param>
internal sealed class ClassifyTask(bool isMultiLabel) : ILearningTask
{
    private static readonly string[] usedBySeveral = ["model.surface", "training.pieceDropout", "training.teachers"];
    private static readonly string[] usedByOne = [.. usedBySeveral, "training.labelSmoothing", "training.balanceClasses"];

    /// <inheritdoc/>
    public string Name => isMultiLabel ? "multilabel" : "classify";

    /// <inheritdoc/>
    public ITaskRun Open(TrainSettings settings)
    {
        UnusedSettings.Refuse(settings, $"the task {Name}", isMultiLabel ? usedBySeveral : usedByOne);
        var log = DataSources.LogOf(settings.Data);
        var (train, dev) = (Read(settings.Data, settings.Data.Train, log), settings.Data.Dev.Count > 0 ? Read(settings.Data, settings.Data.Dev, log) : []);
        var setup = ModelSetup.Of(settings.Model, train.SelectMany(static text => text.Pair is { } pair ? new[] { text.Text, pair } : [text.Text]));
        var labels = train.SelectMany(static text => text.Labels).Distinct().Order(StringComparer.Ordinal).ToList();
        var config = setup.Config with
        {
            Labels = labels.ToHashSet(StringComparer.Ordinal).SetEquals(setup.Config.Labels) ? setup.Config.Labels : labels, // A head that is there goes on as it is.
            ProblemType = isMultiLabel ? SequenceClassifier.MultiLabel : SequenceClassifier.SingleLabel,
        };
        config = settings.Model.Surface ? TextSurface.Write(config) : config;
        var model = new SequenceClassifier(config, new Random(settings.Seed));
        ModelSetup.Prepare(settings.Model, model);
        return new Run(settings, setup.Tokenizer, model, train, dev);
    }

    /// <inheritdoc/>
    public bool Judges(ModelConfig config) =>
        OnnxExport.KindOf(config) is ModelKind.SequenceClassification && isMultiLabel == (config.ProblemType is SequenceClassifier.MultiLabel);

    /// <inheritdoc/>
    public EvaluationReport Evaluate(EvaluationRequest request, CancellationToken cancellationToken)
    {
        var model = new SequenceClassifier(ModelConfig.Load(request.Model), new Random(0));
        ModelFolder.Load(request.Model, model, LoadRule.Everything);
        var log = DataSources.LogOf(request.Data);
        using var run = new Run(EvaluationRuns.Settings(request), TokenizerFolder.Load(request.Model), model, [], Read(request.Data, request.Data.Dev, log));
        return run.Report(request, cancellationToken) with { BadLines = log.Count };
    }

    private List<LabelledText> Read(DataSettings settings, IReadOnlyList<string> files, BadLineLog log)
    {
        var texts = DataSources.Texts(settings, files, isMultiLabel ? LabelForm.Several : LabelForm.One, log);
        return !isMultiLabel && texts.Find(static text => text.Labels.Count != 1) is { } odd
            ? throw new LearningException($"{odd.Source}:{odd.Line}: {odd.Labels.Count} labels where one is needed; name the field with data.fields.label (evaluate: --label), or use the task multilabel")
            : texts;
    }

    private sealed class Run : TextRun
    {
        private readonly SequenceClassifier model;
        private readonly Dictionary<string, int> numbers;
        private readonly Tensor? weights;
        private readonly float[][]? taught;
        private readonly int[][] surface;

        public Run(TrainSettings settings, ITokenizer tokenizer, SequenceClassifier model, IReadOnlyList<LabelledText> train, IReadOnlyList<LabelledText> dev)
            : base(settings, tokenizer, model, train, dev)
        {
            this.model = model;
            numbers = model.Config.Labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
            surface = model.Surface is null ? [] : FeaturesOf(train);
            taught = Settings.Teachers.Count > 0 && train.Count > 0 ? Listen() : null;
            weights = Settings.BalanceClasses && !model.IsMultiLabel ? ClassWeights.Of(train.Select(text => numbers[text.Labels[0]]), numbers.Count) : null;
        }

        public override Tensor Loss(IReadOnlyList<int> batch, int epoch)
        {
            using var pieces = Batch(batch, epoch);
            var scores = model.Forward(pieces, model.Surface is null ? null : [.. batch.Select(index => surface[index])], Mode).to(ScalarType.Float32);
            var own = model.IsMultiLabel
                ? nn.functional.binary_cross_entropy_with_logits(scores, Wanted(batch))
                : nn.functional.cross_entropy(scores, tensor([.. batch.Select(index => (long)numbers[Train[index].Labels[0]])]), weights, label_smoothing: Settings.LabelSmoothing);
            return taught is null ? own : (own * (1 - Settings.TeacherShare)) + (TaughtLoss(scores, [.. batch.Select(index => taught[index])]) * Settings.TeacherShare);
        }

        public override TaskScore Judge(CancellationToken cancellationToken)
        {
            var rows = Probabilities(cancellationToken);
            return model.IsMultiLabel ? Several(rows) : Single(rows);
        }

        public EvaluationReport Report(EvaluationRequest request, CancellationToken cancellationToken)
        {
            var started = TimeProvider.System.GetTimestamp();
            var rows = request.Runtime is ModelRuntime.Torch ? Probabilities(cancellationToken) : Piped(request);
            var report = new EvaluationReport
            {
                Model = request.Model,
                Data = string.Join(", ", request.Data.Dev),
                Figures = new Dictionary<string, double> { ["texts a second"] = Dev.Count / TimeProvider.System.GetElapsedTime(started).TotalSeconds },
            };
            if (request.Predictions is { } path)
            {
                AtomicFile.WriteText(path, string.Concat(Dev.Select((text, i) => $"{i + 1}\t{string.Join('|', text.Labels)}\t{string.Join('|', Found(rows[i]))}\n")));
            }

            if (model.IsMultiLabel)
            {
                return report with { MultiLabel = MultiLabelReport.Of(Dev.Select(static text => (IReadOnlyCollection<string>)text.Labels), rows.Select(row => (IReadOnlyCollection<string>)[.. Found(row)])) };
            }

            var (gold, found) = (Dev.Select(static text => text.Labels[0]).ToList(), rows.Select(row => Found(row).First()).ToList());
            var worst = new WorstExamples(20);
            foreach (var (i, text) in Dev.Index().Where(item => gold[item.Index] != found[item.Index]))
            {
                worst.Add(new($"{text.Source}:{text.Line}", text.Pair is { } pair ? $"{text.Text} [{pair}]" : text.Text, gold[i], found[i], 1, numbers.TryGetValue(gold[i], out var label) ? rows[i][label] : 0));
            }

            var known = rows.Zip(gold).Where(item => numbers.ContainsKey(item.Second)).ToList();
            return report with
            {
                Tokens = TokenReport.Of(gold, found),
                Confusion = Confusion.Of(gold, found),
                Calibration = Calibration.Of(known.Select(static item => item.First), known.Select(item => numbers[item.Second])),
                Worst = worst.Take(),
            };
        }

        private Tensor TaughtLoss(Tensor scores, IReadOnlyList<float[]> rows) =>
            model.IsMultiLabel ? Teaching.LossOfSeveral(scores, rows, Settings.Temperature) : Teaching.Loss(scores, rows, Settings.Temperature);

        private float[][] Piped(EvaluationRequest request)
        {
            using var pipeline = TextPipeline.Load<TextClassificationPipeline>(request.Model, new() { Precision = request.Precision });
            var texts = Dev.Index().ToLookup(static text => text.Item.Pair is not null);
            var rows = new float[Dev.Count][];
            Place(texts[false], pipeline.Run([.. texts[false].Select(static text => text.Item.Text)]));
            Place(texts[true], pipeline.RunPairs([.. texts[true].Select(static text => (text.Item.Text, text.Item.Pair!))]));
            return rows;

            void Place(IEnumerable<(int Index, LabelledText Item)> of, IReadOnlyList<TextLabels> labels)
            {
                foreach (var ((index, _), own) in of.Zip(labels))
                {
                    rows[index] = own.Probabilities;
                }
            }
        }

        private IEnumerable<string> Found(float[] row) => model.IsMultiLabel
            ? model.Config.Labels.Where((_, i) => row[i] > 0.5f)
            : [model.Config.Labels[Array.IndexOf(row, row.Max())]];

        private TaskScore Single(float[][] rows)
        {
            var report = TokenReport.Of(Dev.Select(static text => text.Labels[0]), rows.Select(row => Found(row).First()));
            return new(report.Accuracy, "accuracy", new Dictionary<string, double> { ["accuracy"] = report.Accuracy, ["macro f1"] = report.Macro.F1 });
        }

        private TaskScore Several(float[][] rows)
        {
            var report = MultiLabelReport.Of(Dev.Select(static text => (IReadOnlyCollection<string>)text.Labels), rows.Select(row => (IReadOnlyCollection<string>)[.. Found(row)]));
            return new(report.Micro.F1, "micro F1", new Dictionary<string, double> { ["micro f1"] = report.Micro.F1, ["macro f1"] = report.Macro.F1, ["exact"] = report.Exact });
        }

        private float[][] Listen() => Teaching.Mean(
            [
                .. Settings.Teachers.Select(folder =>
                {
                    var teacher = new SequenceClassifier(ModelConfig.Load(folder), new Random(0));
                    ModelFolder.Load(folder, teacher, LoadRule.Everything);
                    using var run = new Run(EvaluationRuns.Settings(new(folder, new(), EntityMode.Conlleval, null)), TokenizerFolder.Load(folder), teacher, [], Train);
                    return (folder, teacher.Config.Labels, (IReadOnlyList<float[]>)run.Probabilities(CancellationToken.None));
                }),
            ],
            model.Config.Labels);

        private float[][] Probabilities(CancellationToken cancellationToken)
        {
            var features = model.Surface is null ? [] : FeaturesOf(Dev);
            return Run(
                [.. Dev.Select(Encoding.Of)],
                (batch, indices) => model.Probabilities(model.Forward(batch, model.Surface is null ? null : [.. indices.Select(index => features[index])], ForwardMode.Evaluation)),
                cancellationToken);
        }

        private static int[][] FeaturesOf(IReadOnlyList<LabelledText> texts) => [.. texts.Select(static text => TextFeatures.Of(text.Text, text.Pair))];

        private Tensor Wanted(IReadOnlyList<int> batch)
        {
            var wanted = new float[batch.Count * numbers.Count];
            foreach (var (i, index) in batch.Index())
            {
                foreach (var label in Train[index].Labels)
                {
                    wanted[(i * numbers.Count) + numbers[label]] = 1;
                }
            }

            return tensor(wanted, [batch.Count, numbers.Count]);
        }
    }
}
