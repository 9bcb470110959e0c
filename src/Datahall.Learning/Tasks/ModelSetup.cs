using Datahall.Learning.Files;
using Datahall.Learning.Networks;
using Datahall.Learning.Settings;
using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tasks;

/// <summary>The tokenizer and the shape that a training starts with, from a folder or new.</summary>
/// <param name="Tokenizer">The tokenizer.</param>
/// <param name="Config">The shape of the encoder, without labels.</param>
internal sealed record ModelSetup(ITokenizer Tokenizer, ModelConfig Config)
{
    /// <summary>Reads the folder that the settings name, or learns a tokenizer from texts and makes a shape.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="texts">What a new tokenizer learns from.</param>
    /// <exception cref="LearningException">The folder or the shape is not what it should be.</exception>
    public static ModelSetup Of(ModelSettings settings, IEnumerable<string> texts)
    {
        if (settings.From is { } folder)
        {
            var (tokenizer, config) = (TokenizerFolder.Load(folder), ModelConfig.Load(folder));
            return tokenizer.VocabularySize <= config.VocabularySize
                ? new(tokenizer, config)
                : throw new LearningException($"{folder}: the tokenizer has {tokenizer.VocabularySize} pieces, config.json says vocab_size {config.VocabularySize}; they are not of one model");
        }

        var shape = settings.New;
        var layout = Layout(shape.Type);
        var learned = shape.Tokenizer is { } known ? TokenizerFolder.Load(known) : Learn(shape, layout, texts);
        var made = new ModelConfig
        {
            Layout = layout,
            VocabularySize = learned.VocabularySize,
            HiddenSize = shape.Hidden,
            Layers = shape.Layers,
            Heads = shape.Heads,
            FeedForwardSize = shape.FeedForward,
            Dropout = shape.Dropout,
            AttentionDropout = shape.Dropout,
            PadId = learned.Special.Pad,
            MaxPositions = layout is EncoderLayout.Roberta ? shape.Positions + learned.Special.Pad + 1 : shape.Positions,
            TokenTypes = layout is EncoderLayout.Roberta ? 1 : 2,
        };
        made.Check("model.new");
        return new(learned, made);
    }

    /// <summary>Fills a new model from the folder that the settings name, freezes what they freeze, and adds the adapters they ask for. Says what begins anew.</summary>
    /// <exception cref="LearningException">The folder is of another model, a pattern fits nothing, or nothing is left to train.</exception>
    public static void Prepare(ModelSettings settings, EncoderModel model)
    {
        if (settings.From is { } folder)
        {
            var missing = ModelFolder.Load(folder, model, LoadRule.EncoderOnly).Missing;
            if (missing.Count > 0)
            {
                Console.Error.WriteLine($"{folder} has nothing that fits for {string.Join(", ", missing)}: these begin anew");
            }
        }

        foreach (var pattern in settings.Freeze)
        {
            model.Parameters.Freeze(pattern);
        }

        if (settings.Lora is { } lora)
        {
            var names = LayoutNames.Of(model.Config.Layout).QueryKeyValue;
            model.AddAdapters(new(lora.Rank, lora.Alpha, lora.Targets.Count > 0 ? lora.Targets : [$"*{names[0]}", $"*{names[2]}"])); // Hu et al., section 4.2.
        }

        if (model.Parameters.Items.All(static parameter => parameter.IsFrozen))
        {
            throw new LearningException($"model.freeze: {string.Join(", ", settings.Freeze)} leaves nothing to train; freeze less");
        }
    }

    private static EncoderLayout Layout(string name) => name switch
    {
        "bert" => EncoderLayout.Bert,
        "roberta" => EncoderLayout.Roberta,
        "distilbert" => EncoderLayout.DistilBert,
        _ => throw new LearningException($"model.new.type: there is no layout '{name}'; there are bert, roberta and distilbert"),
    };

    private static ITokenizer Learn(NewModelSettings shape, EncoderLayout layout, IEnumerable<string> texts)
    {
        var training = new VocabularyTraining(shape.Vocabulary);
        return layout is EncoderLayout.Roberta
            ? training.TrainByteLevel(texts)
            : training.TrainWordPiece(texts, new(LowerCase: !shape.Cased));
    }
}
