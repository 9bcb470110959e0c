using System.Numerics.Tensors;
using System.Text.Json;
using Datahall.Learning.Data;
using Datahall.Learning.Export;
using Datahall.Learning.Networks;

namespace Datahall.Learning.Pipelines;

/// <summary>The labels of a sentence's words: the decoded index of each, and each one's probabilities, [words, labels]: over the sentence's label sequences when the model scores those, else word by word.</summary>
internal sealed record WordLabels(IReadOnlyList<string> Names, int[] Indices, float[] Probabilities)
{
    public IReadOnlyList<string> Tags => [.. Indices.Select(index => Names[index])];

    /// <summary>The probability of the label that a word was given.</summary>
    public float Probability(int word) => Probabilities[(word * Names.Count) + Indices[word]];
}

/// <summary>An entity in a text: UTF-16 units [Start, End), and the mean probability of its words' labels.</summary>
internal sealed record TextEntity(string Type, int Start, int End, string Text, float Score);

/// <summary>
/// Labels the words of sentences, or finds the entities of texts. Labels are decoded by Viterbi over the model's transition scores, if it
/// has some, and over what the labels' scheme allows.
/// </summary>
internal sealed class TokenClassificationPipeline : TextPipeline
{
    private readonly WordWindows windows;
    private readonly WordFeatures features;
    private readonly TransitionScores? learned;
    private readonly TransitionScores? transitions;

    public TokenClassificationPipeline(PipelineParts parts)
        : base(parts)
    {
        windows = new WordWindows(parts.Tokenizer, parts.Config);
        features = new WordFeatures(TokenHeadOptions.Read(parts.Config));
        learned = Transitions(parts);
        transitions = TagRules.Of(Labels) is { } rules ? rules.Apply(learned ?? TransitionScores.None(Labels.Count)) : learned;
    }

    /// <summary>The entities of each text, in their order.</summary>
    public IReadOnlyList<IReadOnlyList<TextEntity>> Run(IReadOnlyList<string> texts)
    {
        var words = texts.Select(TextWords.Split).ToList();
        var labels = RunWords([.. texts.Zip(words, (text, spans) => (IReadOnlyList<string>)[.. spans.Select(word => text[word.Start..word.End])])]);
        return [.. texts.Select((text, i) => Entities(text, words[i], labels[i]))];
    }

    /// <summary>The labels of each sentence's words; an empty sentence has none.</summary>
    public IReadOnlyList<WordLabels> RunWords(IReadOnlyList<IReadOnlyList<string>> sentences)
    {
        var scores = sentences.Select(words => new float[words.Count * Labels.Count]).ToList();
        var rows = sentences.SelectMany((words, sentence) => windows.Of(words, sentence)).ToList();
        RunRows(
            rows,
            indices => Pack([.. indices.Select(index => rows[index])], sentences),
            (indices, batch, output) => Take([.. indices.Select(index => rows[index])], batch.Length, output, scores));
        return [.. scores.Select(Decode)];
    }

    private PieceBatch Pack(IReadOnlyList<WordWindow> rows, IReadOnlyList<IReadOnlyList<string>> sentences)
    {
        var batch = PieceBatch.Of(rows, Parts.Config.PadId);
        if (!Parts.Session.SeesWords)
        {
            return batch;
        }

        IReadOnlyList<string> words = [.. rows.SelectMany(row => sentences[row.Sentence].Skip(row.FirstWord).Take(row.FirstPieces.Length))];
        return batch with
        {
            FirstPieces = [.. rows.SelectMany((row, i) => row.FirstPieces.Select(piece => ((long)i * batch.Length) + piece))],
            Characters = features.Characters(words),
            Surface = WordFeatures.Pack([.. rows.SelectMany(row => row.Surface)]),
        };
    }

    /// <summary>Puts the scores of a batch where they belong.</summary>
    private void Take(IReadOnlyList<WordWindow> rows, int length, float[] output, List<float[]> scores)
    {
        var next = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            var (row, sentence) = (rows[i], scores[rows[i].Sentence]);
            for (var k = 0; k < row.FirstPieces.Length; k++)
            {
                var word = sentence.AsSpan((row.FirstWord + k) * Labels.Count, Labels.Count);
                if (Parts.Session.SeesWords)
                {
                    output.AsSpan(next++ * Labels.Count, Labels.Count).CopyTo(word);
                }
                else
                {
                    output.AsSpan(((i * length) + row.FirstPieces[k]) * Labels.Count, Labels.Count).CopyTo(word);
                }
            }
        }
    }

    private WordLabels Decode(float[] scores)
    {
        var words = scores.Length / Labels.Count;
        var indices = transitions is not null ? Viterbi.Decode(scores, [words], transitions) : new int[words];
        var probabilities = learned is null ? new float[scores.Length] : ChainGradient.Marginals(scores, [words], learned);
        for (var word = 0; word < words; word++)
        {
            var own = scores.AsSpan(word * Labels.Count, Labels.Count);
            if (learned is null)
            {
                TensorPrimitives.SoftMax<float>(own, probabilities.AsSpan(word * Labels.Count, Labels.Count));
            }

            indices[word] = transitions is null ? TensorPrimitives.IndexOfMax<float>(own) : indices[word];
        }

        return new WordLabels(Labels, indices, probabilities);
    }

    private static List<TextEntity> Entities(string text, List<TextWord> words, WordLabels labels) =>
        [.. TagSchemes.Entities(labels.Tags).Select(entity =>
        {
            var (start, end) = (words[entity.Start].Start, words[entity.End - 1].End);
            var score = Enumerable.Range(entity.Start, entity.End - entity.Start).Average(labels.Probability);
            return new TextEntity(entity.Type, start, end, text[start..end], score);
        })];

    private static TransitionScores? Transitions(PipelineParts parts)
    {
        if (!parts.Session.Metadata.TryGetValue(OnnxExport.TransitionsKey, out var json))
        {
            return null;
        }

        var scores = JsonSerializer.Deserialize<float[][]>(json)!;
        return new TransitionScores(scores[0], scores[1], scores[2]);
    }
}
