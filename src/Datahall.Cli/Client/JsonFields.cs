using System.Text.Json;

namespace Datahall.Cli.Client;

/// <summary>Reads fields of JSON that may be left out because they have their default value.</summary>
internal static class JsonFields
{
    extension(JsonElement json)
    {
        /// <summary>The number at a path, with its decimals; null when it is not there.</summary>
        public double? Real(params ReadOnlySpan<string> path) => json.At(path) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

        /// <summary>The value at a path; null when any part of it is not there.</summary>
        public JsonElement? At(params ReadOnlySpan<string> path)
        {
            var at = json;
            foreach (var name in path)
            {
                if (at.ValueKind is not JsonValueKind.Object || !at.TryGetProperty(name, out at))
                {
                    return null;
                }
            }

            return at.ValueKind is JsonValueKind.Null ? null : at;
        }

        /// <summary>The text at a path, of a number its digits; null when it is not there.</summary>
        public string? Text(params ReadOnlySpan<string> path) => json.At(path)?.ToString();

        /// <summary>The whole number at a path; 0 when it is not there.</summary>
        public long Number(params ReadOnlySpan<string> path) =>
            json.At(path) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : 0;

        /// <summary>The items of the list at a path; none when it is not there.</summary>
        public IEnumerable<JsonElement> Items(params ReadOnlySpan<string> path) =>
            json.At(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

        /// <summary>The time at a path.</summary>
        public DateTimeOffset? Time(params ReadOnlySpan<string> path) =>
            json.At(path) is { ValueKind: JsonValueKind.String } text && text.TryGetDateTimeOffset(out var time) ? time : null;
    }
}
