using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tasks;

/// <summary>Hides pieces in training, so that a model learns to go by the rest.</summary>
internal static class PieceMasking
{
    /// <summary>Replaces a share of the pieces by the mask; special tokens stay.</summary>
    /// <returns>New rows; the given ones when the share is 0.</returns>
    public static IReadOnlyList<int[]> Apply(IReadOnlyList<int[]> rows, double share, SpecialTokens special, int seed)
    {
        if (share <= 0)
        {
            return rows;
        }

        var random = new Random(seed);
        return [.. rows.Select(row => Array.ConvertAll(row, id => id != special.Begin && id != special.End && random.NextDouble() < share ? special.Mask : id))];
    }
}
