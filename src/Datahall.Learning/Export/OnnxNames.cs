namespace Datahall.Learning.Export;

/// <summary>Names of the inputs and outputs of exported models; the first three as other exporters name them.</summary>
internal static class OnnxNames
{
    /// <summary>Piece ids with the special tokens, int64 [batch, length].</summary>
    public const string Ids = "input_ids";

    /// <summary>1 for a piece, 0 for padding, which is on the right; int64 [batch, length].</summary>
    public const string Mask = "attention_mask";

    /// <summary>Token types, int64 [batch, length]; not there in models without them.</summary>
    public const string Types = "token_type_ids";

    /// <summary>Index of each word's first piece in the pieces of the batch laid in one row, int64 [words]; in models that see words.</summary>
    public const string FirstPieces = "first_pieces";

    /// <summary>Character ids of each word, 0 for padding, int64 [words, characters]; in models that see characters.</summary>
    public const string Characters = "characters";

    /// <summary>Surface features of each word or text, filled up with the number of buckets, int64 [words or batch, features]; in models that see them.</summary>
    public const string Surface = "surface_features";

    /// <summary>Scores: [batch, length, labels], [words, labels] in models that see words, or [batch, labels].</summary>
    public const string Scores = "logits";

    /// <summary>Vectors of texts, float32 [batch, hidden].</summary>
    public const string Vectors = "sentence_embedding";
}
