using System.Text.Json;
using System.Text.Json.Serialization;

namespace Datahall.Model;

/// <summary>How many tasks a role has: a number, or a range for an elastic role.</summary>
/// <remarks>Written <c>4</c> or <c>{min: 2, max: 8}</c>.</remarks>
/// <param name="Min">The tasks that start together; from 1.</param>
/// <param name="Max">The most tasks, when there is room; at least <see cref="Min"/>.</param>
[JsonConverter(typeof(ReplicaRangeConverter))]
public readonly record struct ReplicaRange(int Min, int Max)
{
    /// <summary>The most replicas of a role.</summary>
    public const int Most = 100_000;

    /// <summary>Whether the role grows and shrinks.</summary>
    public bool IsElastic => Max > Min;

    /// <summary>A fixed number.</summary>
    public static implicit operator ReplicaRange(int replicas) => FromInt32(replicas);

    /// <summary>A fixed number.</summary>
    public static ReplicaRange FromInt32(int replicas) => new(replicas, replicas);

    /// <inheritdoc/>
    public override string ToString() => IsElastic ? $"{Min}-{Max}" : $"{Min}";
}

/// <summary>Reads and writes a number or <c>{min, max}</c>.</summary>
internal sealed class ReplicaRangeConverter : JsonConverter<ReplicaRange>
{
    public override ReplicaRange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.Number)
        {
            return reader.GetInt32();
        }

        var (min, max) = (1, 1);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isMin = reader.ValueTextEquals("min"u8);
            if (!isMin && !reader.ValueTextEquals("max"u8))
            {
                throw new JsonException($"'{reader.GetString()}' is neither min nor max");
            }

            reader.Read();
            (min, max) = isMin ? (reader.GetInt32(), max) : (min, reader.GetInt32());
        }

        return new(min, max);
    }

    public override void Write(Utf8JsonWriter writer, ReplicaRange value, JsonSerializerOptions options)
    {
        if (!value.IsElastic)
        {
            writer.WriteNumberValue(value.Min);
            return;
        }

        writer.WriteStartObject();
        writer.WriteNumber("min"u8, value.Min);
        writer.WriteNumber("max"u8, value.Max);
        writer.WriteEndObject();
    }
}
