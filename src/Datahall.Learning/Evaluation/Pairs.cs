namespace Datahall.Learning.Evaluation;

/// <summary>Walks through two sequences that must be equally long.</summary>
internal static class Pairs
{
    /// <exception cref="LearningException">One ends before the other.</exception>
    public static IEnumerable<(TGold Gold, TPredicted Predicted)> Of<TGold, TPredicted>(
        IEnumerable<TGold> gold, IEnumerable<TPredicted> predicted)
    {
        using var left = gold.GetEnumerator();
        using var right = predicted.GetEnumerator();
        for (var count = 0L; ; count++)
        {
            var (hasLeft, hasRight) = (left.MoveNext(), right.MoveNext());
            if (hasLeft != hasRight)
            {
                throw new LearningException(
                    $"the {(hasLeft ? "predicted" : "gold")} ones end after {count} and the {(hasLeft ? "gold" : "predicted")} ones go on; give as many of both");
            }

            if (!hasLeft)
            {
                yield break;
            }

            yield return (left.Current, right.Current);
        }
    }
}
