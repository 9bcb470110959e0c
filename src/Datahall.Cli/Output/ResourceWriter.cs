using System.Text.Encodings.Web;
using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Model.Manifests;

namespace Datahall.Cli.Output;

/// <summary>Writes resources in the format that was asked for.</summary>
internal sealed class ResourceWriter(Terminal terminal, OutputFormat format, TimeProvider time)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, TableText> _tables = [];
    private int _documents;

    /// <summary>Writes resources of one kind as a table with headings, or one by one.</summary>
    public void WriteAll(string kind, IReadOnlyList<Received> items)
    {
        if (format is not (OutputFormat.Table or OutputFormat.Wide))
        {
            foreach (var item in items)
            {
                Write(item);
            }

            return;
        }

        var columns = Columns(kind);
        _tables[kind] = new(terminal, [.. columns.Select(static column => column.Heading)]);
        _tables[kind].Write([.. items.Select(item => Row(columns, item))]);
    }

    /// <summary>Writes one more resource of a stream.</summary>
    public void Write(Received item)
    {
        switch (format)
        {
            case OutputFormat.Json:
                terminal.Out.WriteLine(Json(item.Json));
                break;
            case OutputFormat.Yaml:
                terminal.Out.Write($"{(_documents++ == 0 ? "" : "---\n")}{ResourceYaml.Write(item.Value)}");
                break;
            case OutputFormat.Name:
                terminal.Out.WriteLine(item.Key);
                break;
            default:
                Table(item.Key.Kind).Add(Row(Columns(item.Key.Kind), item));
                break;
        }
    }

    /// <summary>JSON with indentation; text stays readable in every language.</summary>
    public static string Json(JsonElement value)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Indented))
        {
            value.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private TableText Table(string kind)
    {
        if (!_tables.TryGetValue(kind, out var table))
        {
            _tables[kind] = table = new(terminal, [.. Columns(kind).Select(static column => column.Heading)]);
            table.Write([]);
        }

        return table;
    }

    private Column[] Columns(string kind) =>
        [.. ResourceColumns.Of(kind).Where(column => !column.WideOnly || format is OutputFormat.Wide)];

    private Cell[] Row(Column[] columns, Received item)
    {
        var now = time.GetUtcNow();
        return [.. columns.Select(column => column.Cell(item.Json, now))];
    }
}
