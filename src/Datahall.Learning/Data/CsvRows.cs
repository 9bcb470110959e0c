using System.Text;

namespace Datahall.Learning.Data;

/// <summary>Reads the records of a CSV file one by one.</summary>
/// <remarks>Source: RFC 4180. A line may also end with a line feed alone.</remarks>
internal sealed class CsvRows(string path, BadLineLog badLines, char separator = ',')
{
    /// <summary>The records with the line they begin at. Blank lines are passed over; a broken record is a bad line.</summary>
    public IEnumerable<(int Line, string[] Fields)> Read()
    {
        using var reader = DataFiles.Open(path);
        var number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (line.Length == 0)
            {
                continue;
            }

            var first = number;
            var record = new Record(separator);
            record.Add(line);
            while (record.IsOpen && reader.ReadLine() is { } more)
            {
                number++;
                record.Add("\n");
                record.Add(more);
            }

            if ((record.Problem ?? record.Fields().Select(DataFiles.Problem).FirstOrDefault(found => found is not null)) is { } problem)
            {
                badLines.Add(path, first, problem);
            }
            else
            {
                yield return (first, record.Fields());
            }
        }
    }

    /// <summary>A record whose quoted fields may go over several lines.</summary>
    private sealed class Record(char separator)
    {
        private readonly List<string> fields = [];
        private readonly StringBuilder field = new();
        private bool quoted, closed, stray;

        /// <summary>Whether the text so far ends inside quotes.</summary>
        public bool IsOpen => quoted && !closed;

        public string? Problem => stray ? "a quote stands inside a field; quote the whole field, and write a quote in it twice"
            : IsOpen ? "a quoted field is not closed before the file ends"
            : null;

        public string[] Fields() => [.. fields, field.ToString()];

        public void Add(string text)
        {
            foreach (var c in text)
            {
                if (c == '"')
                {
                    Quote();
                }
                else if (c == separator && !IsOpen)
                {
                    fields.Add(field.ToString());
                    field.Clear();
                    (quoted, closed) = (false, false);
                }
                else
                {
                    stray |= closed;
                    field.Append(c);
                }
            }
        }

        private void Quote()
        {
            if (closed)
            {
                field.Append('"'); // the second of two quotes
                closed = false;
            }
            else if (quoted)
            {
                closed = true;
            }
            else if (field.Length > 0)
            {
                stray = true;
            }
            else
            {
                quoted = true;
            }
        }
    }
}
