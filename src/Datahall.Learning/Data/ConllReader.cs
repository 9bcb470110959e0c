namespace Datahall.Learning.Data;

/// <summary>Which columns of a CoNLL file hold what, counted from 0; negative ones are counted from the end.</summary>
internal sealed record ConllColumns(int Word = 0, int Tag = -1);

/// <summary>
/// Reads sentences in columns: a line for each word, fields parted by a tab or by spaces, blank lines between sentences.
/// Lines that begin with <c>-DOCSTART-</c> part documents and hold no word.
/// </summary>
/// <remarks>Source: Tjong Kim Sang and De Meulder, Introduction to the CoNLL-2003 Shared Task (2003), section 2.</remarks>
internal sealed class ConllReader(BadLineLog badLines, ConllColumns? columns = null)
{
    private readonly ConllColumns columns = columns ?? new();

    /// <summary>Streams the sentences of a file. A sentence with a bad line is left out whole when bad lines are skipped.</summary>
    /// <exception cref="LearningException">The file cannot be opened, or a line is bad and bad lines stop.</exception>
    public IEnumerable<TaggedSentence> Read(string path)
    {
        var sentence = new Sentence(path);
        var width = 0;
        foreach (var (number, line) in DataFiles.Lines(path))
        {
            var fields = Split(line);
            if (fields.Length == 0 || fields[0] == "-DOCSTART-")
            {
                if (sentence.Take() is { } whole)
                {
                    yield return whole;
                }

                continue;
            }

            width = width == 0 ? fields.Length : width;
            if ((DataFiles.Problem(line) ?? Problem(fields, width)) is { } problem)
            {
                badLines.Add(path, number, problem);
                sentence.Spoil();
            }
            else
            {
                sentence.Add(At(fields, columns.Word), At(fields, columns.Tag), number);
            }
        }

        if (sentence.Take() is { } last)
        {
            yield return last;
        }
    }

    // The first line of a file says how many columns it has: a line that lost one would show its neighbour as the tag.
    private string? Problem(string[] fields, int width)
    {
        var (word, tag) = (Needs(columns.Word), Needs(columns.Tag));
        var needed = columns.Word >= 0 == columns.Tag >= 0 ? Math.Max(word, tag) : word + tag;
        return fields.Length < needed ? $"{fields.Length} columns where at least {needed} are needed"
            : fields.Length != width ? $"{fields.Length} columns where the lines before have {width}"
            : At(fields, columns.Word).Length == 0 ? "the word is empty"
            : At(fields, columns.Tag).Length == 0 ? "the tag is empty"
            : null;
    }

    private static int Needs(int column) => column >= 0 ? column + 1 : -column;

    private static string At(string[] fields, int column) => fields[column >= 0 ? column : fields.Length + column];

    private static string[] Split(string line)
    {
        var text = line.AsSpan().TrimEnd(" \t\r");
        return text.Length == 0 ? []
            : text.Contains('\t') ? text.ToString().Split('\t', StringSplitOptions.TrimEntries)
            : text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The sentence being read.</summary>
    private sealed class Sentence(string path)
    {
        private List<string> words = [], tags = [];
        private int first;
        private bool spoilt;

        public void Add(string word, string tag, int line)
        {
            first = words.Count == 0 ? line : first;
            words.Add(word);
            tags.Add(tag);
        }

        public void Spoil() => spoilt = true;

        public TaggedSentence? Take()
        {
            var whole = words.Count > 0 && !spoilt ? new TaggedSentence(words, tags) { Source = path, Line = first } : null;
            (words, tags, spoilt) = ([], [], false);
            return whole;
        }
    }
}
