namespace Datahall.Learning.Export;

/// <summary>What a model is for, by its head.</summary>
internal enum ModelKind
{
    /// <summary>A label for each word.</summary>
    TokenClassification,

    /// <summary>Labels for a text.</summary>
    SequenceClassification,

    /// <summary>A score for a pair of texts, higher for a better fit.</summary>
    PairRanking,

    /// <summary>A vector for a text.</summary>
    SentenceEmbedding,
}
