namespace Datahall.Learning.Evaluation;

/// <summary>Which reading of tags counts as an entity.</summary>
internal enum EntityMode
{
    /// <summary>As the CoNLL shared tasks count: <c>conlleval.pl</c> of 2004.</summary>
    Conlleval,

    /// <summary>As seqeval counts by default: generous, and knows E- and S-.</summary>
    Seqeval,

    /// <summary>As seqeval counts strictly in IOB2: an entity is B- and the I- of its type that follow; others are none.</summary>
    StrictIob2,

    /// <summary>As seqeval counts strictly in IOBES: an entity is S-, or B-, any I- and E- of one type; others are none.</summary>
    StrictBioes,
}
