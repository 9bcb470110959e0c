using Datahall.Learning.Surface;

namespace Datahall.Learning.Pipelines;

/// <summary>Rows of piece ids as one array [rows, length], padded on the right.</summary>
internal sealed record PieceBatch(int Rows, int Length, long[] Ids, long[] Mask, long[] Types)
{
    /// <summary>Index of each word's first piece in the batch laid in one row; only for models that see words.</summary>
    public long[] FirstPieces { get; init; } = [];

    /// <summary>Character ids of each word, [words, characters]; only for models that see characters.</summary>
    public long[] Characters { get; init; } = [];

    /// <summary>Surface features of each word or row, [words or rows, features]; only for models that see them.</summary>
    public long[] Surface { get; init; } = [];

    /// <summary>Packs rows, special tokens included.</summary>
    public static PieceBatch Of(IReadOnlyList<PieceRow> rows, int padId)
    {
        var length = rows.Max(row => row.Ids.Length);
        var (ids, mask, types) = (new long[rows.Count * length], new long[rows.Count * length], new long[rows.Count * length]);
        if (padId != 0)
        {
            Array.Fill(ids, padId);
        }

        for (var row = 0; row < rows.Count; row++)
        {
            var pieces = rows[row].Ids;
            for (var i = 0; i < pieces.Length; i++)
            {
                ids[(row * length) + i] = pieces[i];
            }

            mask.AsSpan(row * length, pieces.Length).Fill(1);
            types.AsSpan((row * length) + rows[row].SecondStart, pieces.Length - rows[row].SecondStart).Fill(1);
        }

        var surface = WordFeatures.Pack([.. rows.Select(row => row.TextSurface)], TextFeatures.Buckets);
        return new PieceBatch(rows.Count, length, ids, mask, types) { Surface = surface };
    }
}

/// <summary>One input of a model.</summary>
/// <param name="Ids">Piece ids, special tokens included.</param>
/// <param name="SecondStart">Where the second text of a pair starts; the length when there is none.</param>
internal record PieceRow(int[] Ids, int SecondStart)
{
    public PieceRow(int[] ids)
        : this(ids, ids.Length)
    {
    }

    /// <summary>The surface features of the text; empty for models that see none.</summary>
    public int[] TextSurface { get; init; } = [];
}
