using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Datahall.Cli.Client;

namespace Datahall.Cli.Get;

/// <summary>Several resources as one JSON document, <c>{"items": […]}</c>.</summary>
internal static class ListText
{
    public static string Json(IEnumerable<Received> items)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var item in items)
            {
                item.Json.WriteTo(writer);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
