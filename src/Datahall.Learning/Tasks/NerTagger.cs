using Datahall.Learning.Data;
using Datahall.Learning.Networks;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Tokens;
using TorchSharp;

namespace Datahall.Learning.Tasks;

/// <summary>Tags sentences with a model in TorchSharp.</summary>
internal sealed class NerTagger(ITokenizer tokenizer, TokenClassifier model)
{
    private enum Wanted
    {
        Tags,
        Probabilities,
    }

    private readonly NerExamples encoding = new(tokenizer, model);
    private readonly TransitionRules? rules = TagRules.Of(model.Config.Labels);

    /// <summary>The tags of sentences, one for each word, as the model's labels have them.</summary>
    /// <param name="sentences">The words of each, no more than a window of sentences.</param>
    /// <param name="tokensPerBatch">Pieces that are run at once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public List<string[]> Tag(IReadOnlyList<IReadOnlyList<string>> sentences, int tokensPerBatch, CancellationToken cancellationToken)
    {
        var tags = sentences.Select(static words => Enumerable.Repeat("O", words.Count).ToArray()).ToList();
        Run(sentences, tokensPerBatch, (sentence, word, label, _) => tags[sentence][word] = model.Config.Labels[label], Wanted.Tags, cancellationToken);
        return tags;
    }

    /// <summary>The tags of sentences, and the probability of each label for each word.</summary>
    /// <param name="sentences">The words of each, no more than a window of sentences.</param>
    /// <param name="tokensPerBatch">Pieces that are run at once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Shape of the probabilities [sentences][words · labels].</returns>
    public (List<string[]> Tags, List<float[]> Probabilities) Read(IReadOnlyList<IReadOnlyList<string>> sentences, int tokensPerBatch, CancellationToken cancellationToken)
    {
        var tags = sentences.Select(static words => new string[words.Count]).ToList();
        var width = model.Config.Labels.Count;
        var probabilities = sentences.Select(words => new float[words.Count * width]).ToList();
        Run(sentences, tokensPerBatch, Take, Wanted.Probabilities, cancellationToken);
        return (tags, probabilities);

        void Take(int sentence, int word, int label, float[]? row)
        {
            tags[sentence][word] = model.Config.Labels[label];
            row!.CopyTo(probabilities[sentence], word * width);
        }
    }

    private void Run(IReadOnlyList<IReadOnlyList<string>> sentences, int tokensPerBatch, Action<int, int, int, float[]?> take, Wanted wanted, CancellationToken cancellationToken)
    {
        var examples = encoding.Of(sentences).ToList();
        using var quiet = torch.no_grad();
        foreach (var indices in new TokenBudgetBatches([.. examples.Select(static example => example.Ids.Length)], tokensPerBatch, 0).ByLength())
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            List<WordWindow> batch = [.. indices.Select(index => examples[index])];
            var (pieces, words) = encoding.Pack(batch, null, sentences);
            using (pieces)
            using (words)
            {
                var scores = model.Forward(pieces, words, ForwardMode.Evaluation);
                var decoded = model.Decode(scores, words.Words, rules);
                var rows = wanted is Wanted.Probabilities ? Probabilities(scores, words.Words) : null;
                var at = 0;
                foreach (var example in batch)
                {
                    for (var i = 0; i < example.FirstPieces.Length; i++)
                    {
                        take(example.Sentence, example.FirstWord + i, decoded[at], rows?[at]);
                        at++;
                    }
                }
            }
        }
    }

    // With a CRF the marginals of the whole window.
    private float[][] Probabilities(torch.Tensor scores, IReadOnlyList<int> wordsPerRow)
    {
        var rows = model.Crf is { } crf
            ? ChainGradient.Marginals(scores.contiguous().data<float>().ToArray(), wordsPerRow, crf.Scores())
            : scores.softmax(-1).contiguous().data<float>().ToArray();
        return [.. rows.Chunk(model.Config.Labels.Count)];
    }
}
