using Datahall.Learning.Data;
using Datahall.Learning.Evaluation;
using Datahall.Learning.Export;
using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Rows;
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
        var (log, folder) = (DataSources.LogOf(settings.Data), DataSources.FolderOf(settings));
        var texts = new TaskTexts(Read(settings.Data, settings.Data.Train, folder, log), settings.Data.Dev.Count > 0 ? Read(settings.Data, settings.Data.Dev, folder, log) : TaskTexts.None());
        var setup = ModelSetup.Of(settings.Model, texts.TrainTexts);
        var labels = texts.Train.SelectMany(static text => text.Labels).Distinct().Order(StringComparer.Ordinal).ToList();
        var config = setup.Config with
        {
            Labels = labels.ToHashSet(StringComparer.Ordinal).SetEquals(setup.Config.Labels) ? setup.Config.Labels : labels, // A head that is there goes on as it is.
            ProblemType = isMultiLabel ? SequenceClassifier.MultiLabel : SequenceClassifier.SingleLabel,
        };
        config = settings.Model.Surface ? TextSurfaceLayer.Write(config) : config;
        var model = new SequenceClassifier(config, new Random(settings.Seed));
        ModelSetup.Prepare(settings.Model, model);
        return new Run(settings, setup.Tokenizer, model, texts);
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
        using var run = new Run(EvaluationRuns.Settings(request), TokenizerFolder.Load(request.Model), model, new(TaskTexts.None(), Read(request.Data, request.Data.Dev, Path.GetTempPath(), log)));
        return run.Report(request, cancellationToken) with { BadLines = log.Count };
    }

    private DiskRows<LabelledText> Read(DataSettings settings, IReadOnlyList<string> files, string folder, BadLineLog log)
    {
        var texts = DataSources.Texts(settings, files, isMultiLabel ? LabelForm.Several : LabelForm.One, folder, log);
        return !isMultiLabel && texts.FirstOrDefault(static text => text.Labels.Count != 1) is { } odd
            ? throw new LearningException($"{odd.Source}:{odd.Line}: {odd.Labels.Count} labels where one is needed; name the field with data.fields.label (evaluate: --label), or use the task multilabel")
            : texts;
    }

    private sealed class Run : TextRun
    {
        private readonly SequenceClassifier model;
        private readonly Dictionary<string, int> numbers;
        private readonly Tensor? weights;
        private readonly DiskRows<float[]>? taught;

        public Run(TrainSettings settings, ITokenizer tokenizer, SequenceClassifier model, TaskTexts texts)
            : base(settings, tokenizer, model, texts, (encoding, text) => Example(encoding, text, model))
        {
            this.model = model;
            numbers = model.Config.Labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
            if (Train.Count > 0)
            {
                model.Surface?.Weigh(Examples.Select(static example => example.Surface));
            }

            taught = Settings.Teachers.Count > 0 && Train.Count > 0 ? Listen() : null;
            weights = Settings.BalanceClasses && !model.IsMultiLabel ? ClassWeights.Of(Train.Select(text => numbers[text.Labels[0]]), numbers.Count) : null;
        }

        public override Tensor Loss(IReadOnlyList<int> batch, int epoch)
        {
            var chosen = Chosen(batch);
            List<IReadOnlyList<string>> labels = [.. chosen.Select(example => Train[example.Row].Labels)];
            using var pieces = Batch(chosen, SeedOf(batch, epoch));
            var scores = model.Forward(pieces, SurfaceOf(chosen), Mode).to(ScalarType.Float32);
            var own = model.IsMultiLabel
                ? nn.functional.binary_cross_entropy_with_logits(scores, Wanted(labels))
                : nn.functional.cross_entropy(scores, tensor([.. labels.Select(label => (long)numbers[label[0]])]), weights, label_smoothing: Settings.LabelSmoothing);
            return taught is null ? own : own.Times(1 - Settings.TeacherShare).Plus(TaughtLoss(scores, [.. batch.Select(index => taught[index])]).Times(Settings.TeacherShare));
        }

        public override TaskScore Judge(CancellationToken cancellationToken)
        {
            using var rows = Probabilities(Dev, cancellationToken);
            return model.IsMultiLabel ? Several(rows) : Single(rows);
        }

        public EvaluationReport Report(EvaluationRequest request, CancellationToken cancellationToken)
        {
            var started = TimeProvider.System.GetTimestamp();
            using var rows = request.Runtime is ModelRuntime.Torch ? Probabilities(Dev, cancellationToken) : Piped(request);
            var report = new EvaluationReport
            {
                Model = request.Model,
                Data = string.Join(", ", request.Data.Dev),
                Figures = new Dictionary<string, double> { ["texts a second"] = Dev.Count / TimeProvider.System.GetElapsedTime(started).TotalSeconds },
            };
            if (request.Predictions is { } path)
            {
                AtomicFile.WriteTexts(path, Dev.Select((text, i) => $"{i + 1}\t{string.Join('|', text.Labels)}\t{string.Join('|', Found(rows[i]))}\n"));
            }

            if (model.IsMultiLabel)
            {
                return report with { MultiLabel = MultiLabelReport.Of(Dev.Select(static text => (IReadOnlyCollection<string>)text.Labels), rows.Select(row => (IReadOnlyCollection<string>)[.. Found(row)])) };
            }

            var (gold, found) = (Dev.Select(static text => text.Labels[0]), rows.Select(row => Found(row).First()));
            var known = rows.Zip(gold).Where(item => numbers.ContainsKey(item.Second));
            return report with
            {
                Tokens = TokenReport.Of(gold, found),
                Confusion = Confusion.Of(gold, found),
                Calibration = Calibration.Of(known.Select(static item => item.First), known.Select(item => numbers[item.Second])),
                Worst = WorstOf(rows),
            };
        }

        public override void Dispose()
        {
            taught?.Dispose();
            base.Dispose();
        }

        private IReadOnlyList<WrongExample> WorstOf(DiskRows<float[]> rows)
        {
            var worst = new WorstExamples(20);
            foreach (var (text, row) in Dev.Zip(rows))
            {
                var (gold, found) = (text.Labels[0], Found(row).First());
                if (gold != found)
                {
                    worst.Add(new($"{text.Source}:{text.Line}", text.Pair is { } pair ? $"{text.Text} [{pair}]" : text.Text, gold, found, 1, numbers.TryGetValue(gold, out var label) ? row[label] : 0));
                }
            }

            return worst.Take();
        }

        private Tensor TaughtLoss(Tensor scores, IReadOnlyList<float[]> rows) =>
            model.IsMultiLabel ? Teaching.LossOfSeveral(scores, rows, Settings.Temperature) : Teaching.Loss(scores, rows, Settings.Temperature);

        private DiskRows<float[]> Piped(EvaluationRequest request)
        {
            using var pipeline = TextPipeline.Load<TextClassificationPipeline>(request.Model, new() { Precision = request.Precision });
            var rows = Results();
            foreach (var window in Dev.Windows())
            {
                rows.With(Piped(pipeline, window));
            }

            return rows;
        }

        private static float[][] Piped(TextClassificationPipeline pipeline, List<LabelledText> window)
        {
            var texts = window.Index().ToLookup(static text => text.Item.Pair is not null);
            var rows = new float[window.Count][];
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

        private TaskScore Single(DiskRows<float[]> rows)
        {
            var report = TokenReport.Of(Dev.Select(static text => text.Labels[0]), rows.Select(row => Found(row).First()));
            return new(report.Accuracy, "accuracy", new Dictionary<string, double> { ["accuracy"] = report.Accuracy, ["macro f1"] = report.Macro.F1 });
        }

        private TaskScore Several(DiskRows<float[]> rows)
        {
            var report = MultiLabelReport.Of(Dev.Select(static text => (IReadOnlyCollection<string>)text.Labels), rows.Select(row => (IReadOnlyCollection<string>)[.. Found(row)]));
            return new(report.Micro.F1, "micro F1", new Dictionary<string, double> { ["micro f1"] = report.Micro.F1, ["macro f1"] = report.Macro.F1, ["exact"] = report.Exact });
        }

        // What the teachers say of the training texts does not change: they are asked once.
        private DiskRows<float[]> Listen()
        {
            var said = Settings.Teachers.Select(folder =>
            {
                var teacher = new SequenceClassifier(ModelConfig.Load(folder), new Random(0));
                ModelFolder.Load(folder, teacher, LoadRule.Everything);
                using var run = new Run(EvaluationRuns.Settings(new(folder, new(), EntityMode.Conlleval, null)), TokenizerFolder.Load(folder), teacher, new(TaskTexts.None(), TaskTexts.None()));
                return (folder, teacher.Config.Labels, Rows: run.Probabilities(Train, CancellationToken.None));
            }).ToList();
            var mean = Results().With(Teaching.Mean([.. said.Select(static one => (one.folder, one.Labels, (IReadOnlyList<float[]>)one.Rows))], model.Config.Labels));
            said.ForEach(static one => one.Rows.Dispose());
            return mean;
        }

        private DiskRows<float[]> Probabilities(DiskRows<LabelledText> texts, CancellationToken cancellationToken)
        {
            var rows = Results();
            foreach (var window in texts.Windows())
            {
                rows.With(Run(
                    [.. window.Select(text => Example(Encoding, text, model))],
                    (batch, examples) => model.Probabilities(model.Forward(batch, SurfaceOf(examples), ForwardMode.Evaluation)),
                    cancellationToken));
            }

            return rows;
        }

        private static TextExample Example(TextExamples encoding, LabelledText text, SequenceClassifier model) =>
            encoding.Of(text) with { Surface = model.Surface is null ? [] : TextFeatures.Of(text.Text, text.Pair) };

        private int[][]? SurfaceOf(IReadOnlyList<TextExample> examples) => model.Surface is null ? null : [.. examples.Select(static example => example.Surface)];

        private Tensor Wanted(List<IReadOnlyList<string>> labels)
        {
            var wanted = new float[labels.Count * numbers.Count];
            foreach (var (i, own) in labels.Index())
            {
                foreach (var label in own)
                {
                    wanted[(i * numbers.Count) + numbers[label]] = 1;
                }
            }

            return tensor(wanted, [labels.Count, numbers.Count]);
        }
    }
}
