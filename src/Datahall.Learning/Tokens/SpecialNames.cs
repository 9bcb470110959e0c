namespace Datahall.Learning.Tokens;

/// <summary>How the special tokens are written in a vocabulary.</summary>
internal sealed record SpecialNames(string Pad, string Unknown, string Begin, string End, string Mask)
{
    public static readonly SpecialNames Bert = new("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

    public static readonly SpecialNames Roberta = new("<pad>", "<unk>", "<s>", "</s>", "<mask>");

    /// <summary>GPT-2 has one special token, which serves as all.</summary>
    public static readonly SpecialNames Gpt2 = new("<|endoftext|>", "<|endoftext|>", "<|endoftext|>", "<|endoftext|>", "<|endoftext|>");

    public IEnumerable<string> All => new[] { Begin, Pad, End, Unknown, Mask }.Distinct();

    /// <summary>The ids of these names.</summary>
    /// <exception cref="LearningException">The vocabulary has no such token.</exception>
    public SpecialTokens In(Vocabulary vocabulary)
    {
        return new SpecialTokens(Find(Pad), Find(Unknown), Find(Begin), Find(End), Find(Mask));

        int Find(string name) => vocabulary.Find(name) ?? throw new LearningException(
            $"{vocabulary.Source}: the vocabulary of {vocabulary.Tokens.Count} tokens has no '{name}'; add it, or name another in tokenizer_config.json");
    }
}
