namespace Datahall.Learning.Data;

/// <summary>Tells the scheme of a file from its tags.</summary>
internal static class TagSchemeDetection
{
    /// <summary>
    /// The scheme that fits all sentences: M- means BMES, E- and S- mean BIOES, else IOB2 if every entity begins with B-, or IOB1.
    /// IOB2 when there is no entity at all.
    /// </summary>
    /// <exception cref="LearningException">No scheme fits; the message names the lines that contradict each other.</exception>
    public static TagScheme Detect(IEnumerable<TaggedSentence> sentences)
    {
        string? notIob2 = null, notIob1 = null;
        var (ends, middle) = (false, false);
        foreach (var sentence in sentences)
        {
            foreach (var tag in sentence.Tags)
            {
                middle |= tag.StartsWith("M-", StringComparison.Ordinal);
                ends |= tag.StartsWith("E-", StringComparison.Ordinal) || tag.StartsWith("S-", StringComparison.Ordinal);
            }

            notIob1 ??= Contradiction(sentence, TagScheme.Iob1);
            notIob2 ??= Contradiction(sentence, TagScheme.Iob2);
        }

        return middle ? TagScheme.Bmes
            : ends ? TagScheme.Bioes
            : notIob2 is null ? TagScheme.Iob2
            : notIob1 is null ? TagScheme.Iob1
            : throw new LearningException($"the tags are neither IOB1 ({notIob1}) nor IOB2 ({notIob2}); mend them, or say the scheme and skip bad lines");
    }

    private static string? Contradiction(TaggedSentence sentence, TagScheme scheme) => TagSchemes.Check(sentence.Tags, scheme) is { } bad
        ? $"{sentence.Source ?? "sentence"}:{sentence.Line + bad.Index}: {bad.Problem}"
        : null;
}
