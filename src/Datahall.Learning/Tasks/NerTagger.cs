using Datahall.Learning.Data;
using Datahall.Learning.Models;
using Datahall.Learning.Tokens;
using TorchSharp;

namespace Datahall.Learning.Tasks;

/// <summary>Tags sentences with a model in TorchSharp.</summary>
internal sealed class NerTagger(ITokenizer tokenizer, TokenClassifier model)
{
    private readonly NerExamples encoding = new(tokenizer, model);
    private readonly TransitionRules rules = RulesOf(model.Config.Labels);

    /// <summary>The tags of sentences, one for each word, in IOB2.</summary>
    public List<string[]> Tag(IReadOnlyList<IReadOnlyList<string>> sentences, int tokensPerBatch, CancellationToken cancellationToken)
    {
        var examples = encoding.Of(sentences);
        var tags = sentences.Select(static words => Enumerable.Repeat("O", words.Count).ToArray()).ToList();
        using var quiet = torch.no_grad();
        foreach (var indices in new TokenBudgetBatches([.. examples.Select(static example => example.Ids.Length)], tokensPerBatch, 0).ByLength())
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            List<NerExample> batch = [.. indices.Select(index => examples[index])];
            var (pieces, words) = encoding.Pack(batch, null, sentences);
            using (pieces)
            using (words)
            {
                var decoded = model.Decode(model.Forward(pieces, words, ForwardMode.Evaluation), words.Words, rules);
                var at = 0;
                foreach (var example in batch)
                {
                    for (var i = 0; i < example.FirstPieces.Length; i++)
                    {
                        tags[example.Sentence][example.FirstWord + i] = model.Config.Labels[decoded[at++]];
                    }
                }
            }
        }

        return tags;
    }

    // IOB2: inside an entity only after its begin or inside.
    private static TransitionRules RulesOf(IReadOnlyList<string> labels)
    {
        return new(label => !Inside(label), (before, label) => !Inside(label) || Type(before) == Type(label), static _ => true);

        bool Inside(int label) => labels[label].StartsWith("I-", StringComparison.Ordinal);

        string Type(int label) => labels[label] == "O" ? "" : labels[label][2..];
    }
}
