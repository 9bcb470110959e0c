using Datahall.Learning.Tokens;

namespace Datahall.Learning.Data;

/// <summary>A part of a sentence that a model sees at once: pieces [Start, End), of which [KeepStart, KeepEnd) are its own to label.</summary>
internal readonly record struct SentenceWindow(int Start, int End, int KeepStart, int KeepEnd);

/// <summary>Cuts a sentence that is too long for a model into windows that overlap, so that nothing is lost and every piece has context.</summary>
internal static class SentenceWindows
{
    /// <summary>The windows of a sentence. What they keep follows on without a gap and covers every piece once.</summary>
    /// <param name="words">The pieces, and the word of each. A window begins between words, unless one word alone is too long.</param>
    /// <param name="longest">How many pieces a window holds at most, special tokens not counted.</param>
    /// <param name="overlap">How many pieces neighbouring windows share at least; at most a quarter of the longest.</param>
    /// <exception cref="ArgumentOutOfRangeException">The longest is below 1, or the overlap is negative or above a quarter of it.</exception>
    public static IReadOnlyList<SentenceWindow> Cut(TokenizedWords words, int longest, int overlap)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(overlap);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(overlap, longest / 4);
        var count = words.Ids.Length;
        var windows = new List<SentenceWindow>();
        var (start, keepStart) = (0, 0);
        while (count - start > longest)
        {
            // Each window is at least three quarters full and shares at most half, so that it goes on by a quarter.
            var end = WordStart(words, start + longest, start + longest * 3 / 4);
            var next = WordStart(words, end - overlap, end - longest / 2);
            var keepEnd = WordStart(words, (next + end + 1) / 2, next);
            windows.Add(new SentenceWindow(start, end, keepStart, keepEnd));
            (start, keepStart) = (next, keepEnd);
        }

        windows.Add(new SentenceWindow(start, count, keepStart, count));
        return windows;
    }

    /// <summary>The last beginning of a word in (above, position]; the position itself when a word spans all of it.</summary>
    private static int WordStart(TokenizedWords words, int position, int above)
    {
        for (var i = position; i > above; i--)
        {
            if (words.Words[i] != words.Words[i - 1])
            {
                return i;
            }
        }

        return position;
    }
}
