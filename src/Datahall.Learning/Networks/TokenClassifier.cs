using Datahall.Learning.Files;
using Datahall.Learning.Surface;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>Labels the words of sentences: Transformers' <c>XForTokenClassification</c>, with a CRF and character features when asked.</summary>
internal sealed class TokenClassifier : EncoderModel
{
    private readonly Linear classifier;

    /// <summary>Makes the model with random weights.</summary>
    /// <param name="config">Its shape; <see cref="ModelConfig.Labels"/> are the tags.</param>
    /// <param name="random">The source of the initial weights.</param>
    /// <param name="options">What the head has beyond a linear map.</param>
    public TokenClassifier(ModelConfig config, Random random, TokenHeadOptions? options = null)
        : base(config with { Architecture = HeadNames.Architecture(config.Layout, "ForTokenClassification") }, random)
    {
        options ??= TokenHeadOptions.Read(config);
        Config = options.Write(Config);
        Characters = options.Characters is { } characters ? new CharacterFeatures(Parameters, characters) : null;
        classifier = new(Parameters, ["classifier"], config.HiddenSize + (Characters?.Width ?? 0), config.Labels.Count);
        Surface = options.Surface ? new(Parameters.Add(SurfaceLayer.WeightsName, Initial.Zeros, SurfaceFeatures.Buckets, config.Labels.Count)) : null;
        Crf = options.Crf ? new Crf(Parameters, config.Labels.Count) : null;
    }

    /// <summary>The character features; null when the model has none.</summary>
    public CharacterFeatures? Characters { get; }

    /// <summary>The layer that sees the words' surface; null when the model has none.</summary>
    public SurfaceLayer? Surface { get; }

    /// <summary>The transition scores; null when the model has none.</summary>
    public Crf? Crf { get; }

    /// <summary>The score of each label for each word, float32 [words, labels].</summary>
    public Tensor Forward(TokenBatch batch, WordSelection words, ForwardMode mode)
    {
        var vectors = words.Select(Encoder.Forward(batch, mode));
        if (Characters is not null)
        {
            var characters = words.Characters
                ?? throw new LearningException("the model has character features and the words came without characters");
            vectors = cat([vectors, Characters.Forward(characters)], dim: -1);
        }

        var dropped = mode.Dropout?.Apply(vectors, Config.ClassifierDropout ?? Config.Dropout) ?? vectors;
        var scores = classifier.Forward(dropped, mode with { Precision = Precision.Float32 });
        return Surface is null ? scores : scores.Plus(Surface.Forward(words.Surface ?? throw new LearningException("the model sees the words' surface and the words came without it"), mode));
    }

    /// <summary>The best label of each word, row after row: by the transition scores when there are some, else word by word.</summary>
    /// <param name="scores">What <see cref="Forward"/> gave.</param>
    /// <param name="wordsPerRow">The words of each row.</param>
    /// <param name="allowed">Which label may follow which; null for all.</param>
    public int[] Decode(Tensor scores, IReadOnlyList<int> wordsPerRow, TransitionRules? allowed = null)
    {
        if (Crf is not null || allowed is not null)
        {
            return Viterbi.Decode(scores, wordsPerRow, Crf?.Scores() ?? TransitionScores.None(Config.Labels.Count), allowed);
        }

        using var scope = NewDisposeScope();
        return [.. scores.argmax(-1).cpu().data<long>().Select(label => (int)label)];
    }
}
