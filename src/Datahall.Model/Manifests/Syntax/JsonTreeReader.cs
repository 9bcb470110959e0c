using System.Text.Json;

namespace Datahall.Model.Manifests.Syntax;

/// <summary>Reads JSON, one value or several after one another, with the place of everything.</summary>
internal ref struct JsonTreeReader(ReadOnlySpan<byte> utf8, ManifestLimits limits)
{
    private readonly ReadOnlySpan<byte> utf8 = utf8;
    private readonly TreeBuilder builder = new(limits);

    // The reader has its own depth limit; ours comes first and has the better message.
    private Utf8JsonReader reader = new(utf8, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = limits.MaxDepth + 2 });
    private int counted;
    private int line = 1;
    private int lineStart;

    /// <summary>Reads everything; null when it is not JSON.</summary>
    /// <param name="problem">Where and why it is not JSON.</param>
    /// <exception cref="ManifestLimitException">A limit is exceeded.</exception>
    public List<ManifestTree>? ReadAll(out (int Line, int Column, string Message) problem)
    {
        problem = default;
        var trees = new List<ManifestTree>();
        try
        {
            while (reader.Read())
            {
                ReadToken();
                if (builder.IsComplete)
                {
                    trees.Add(builder.Take());
                }
            }

            return trees;
        }
        catch (JsonException e)
        {
            problem = Explain(e);
            return null;
        }
        catch (InvalidOperationException e) when (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
        {
            // A \u escape of half a surrogate pair is found only when the text is taken out.
            var (at, column) = Place();
            problem = (at, column, $"not JSON: {e.Message}");
            return null;
        }
    }

    private void ReadToken()
    {
        var (at, column) = Place();
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                builder.Open(NodeForm.Mapping, at, column);
                break;
            case JsonTokenType.StartArray:
                builder.Open(NodeForm.Sequence, at, column);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                builder.Close();
                break;
            case JsonTokenType.String or JsonTokenType.PropertyName:
                builder.Scalar(NodeForm.Quoted, at, column, reader.GetString() ?? "");
                break;
            default:
                builder.Scalar(NodeForm.Plain, at, column, System.Text.Encoding.UTF8.GetString(reader.ValueSpan));
                break;
        }
    }

    /// <summary>The place of the current token; each byte is looked at once over the whole file.</summary>
    private (int Line, int Column) Place()
    {
        var start = (int)reader.TokenStartIndex;
        var passed = utf8[counted..start];
        if (passed.LastIndexOf((byte)'\n') is >= 0 and var newLine)
        {
            line += passed.Count((byte)'\n');
            lineStart = counted + newLine + 1;
        }

        counted = start;
        return (line, Column(start));
    }

    // A line of megabytes (minified JSON) is not counted from its start for each token: there a column is a byte.
    private readonly int Column(int index) =>
        (index - lineStart > 10_000 ? index - lineStart : ManifestText.CountCharacters(utf8[lineStart..index])) + 1;

    private static (int Line, int Column, string Message) Explain(JsonException e)
    {
        var message = e.Message;
        var suffix = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        message = (suffix > 0 ? message[..suffix] : message).TrimEnd('.');
        return ((int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1, $"not JSON: {message}");
    }
}
