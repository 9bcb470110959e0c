using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>Sentences of like lengths as one tensor of piece ids.</summary>
internal sealed class TokenBatch : IDisposable
{
    private Tensor? mask;

    private TokenBatch(Tensor ids, IReadOnlyList<int> lengths, Tensor? types)
    {
        Ids = ids;
        Lengths = lengths;
        Types = types;
    }

    /// <summary>Piece ids with the special tokens, int64 [batch, length]; shorter rows end in the padding id.</summary>
    public Tensor Ids { get; }

    /// <summary>The pieces of each row, special tokens included.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>Token types, int64 [batch, length]; null when all are 0.</summary>
    public Tensor? Types { get; }

    /// <summary>The number of rows.</summary>
    public int Count => Lengths.Count;

    /// <summary>The length of the longest row.</summary>
    public int Length => (int)Ids.shape[1];

    /// <summary>Packs rows of ids into a batch.</summary>
    /// <param name="rows">The ids of each row, special tokens included; none is empty.</param>
    /// <param name="padId">The id that fills up shorter rows.</param>
    /// <param name="types">The token types of each row; null when all are 0.</param>
    /// <param name="device">Where the tensors live; null for the CPU.</param>
    public static TokenBatch From(IReadOnlyList<int[]> rows, int padId, IReadOnlyList<int[]>? types = null, Device? device = null)
    {
        int[] lengths = [.. rows.Select(row => row.Length)];
        if (lengths.Length == 0 || lengths.Min() == 0)
        {
            throw new LearningException("a batch has no rows, or a row without pieces; every row has at least its special tokens");
        }

        using var scope = NewDisposeScope();
        var ids = Pack(rows, lengths.Max(), padId, device);
        var packedTypes = types is null ? null : Pack(types, lengths.Max(), 0, device);
        return new(ids.DetachFromDisposeScope(), lengths, packedTypes?.DetachFromDisposeScope());
    }

    /// <summary>What is added to attention scores [batch, 1, 1, length]: 0, and -∞ where a key is padding; null when nothing is padded.</summary>
    public Tensor? AttentionMask()
    {
        if (mask is null && Lengths.Any(length => length != Length))
        {
            var values = new float[Count * Length];
            foreach (var (row, length) in Lengths.Index())
            {
                values.AsSpan(row * Length + length, Length - length).Fill(float.NegativeInfinity);
            }

            using var scope = NewDisposeScope();
            mask = tensor(values, [Count, 1, 1, Length], device: Ids.device).DetachFromDisposeScope();
        }

        return mask;
    }

    /// <summary>1 for a piece and 0 for padding, float32 [batch, length].</summary>
    public Tensor PieceMask()
    {
        var values = new float[Count * Length];
        foreach (var (row, length) in Lengths.Index())
        {
            values.AsSpan(row * Length, length).Fill(1);
        }

        return tensor(values, [Count, Length], device: Ids.device);
    }

    public void Dispose()
    {
        Ids.Dispose();
        Types?.Dispose();
        mask?.Dispose();
    }

    private static Tensor Pack(IReadOnlyList<int[]> rows, int length, int fill, Device? device)
    {
        var values = new long[rows.Count * length];
        Array.Fill(values, fill);
        foreach (var (i, row) in rows.Index())
        {
            for (var k = 0; k < row.Length; k++)
            {
                values[i * length + k] = row[k];
            }
        }

        return tensor(values, [rows.Count, length], device: device);
    }
}
