namespace Datahall.Learning.Files;

/// <summary>The families of encoders whose tensors are read and written.</summary>
internal enum EncoderLayout
{
    /// <summary>BERT: word, position and type embeddings.</summary>
    Bert,

    /// <summary>RoBERTa: BERT's tensors, positions counted from the padding id + 1.</summary>
    Roberta,

    /// <summary>DistilBERT: no types, other names.</summary>
    DistilBert,
}
