using System.Text.Json;
using System.Text.Json.Serialization;
using Datahall.Control.Core;
using Datahall.Control.Energy;
using Datahall.Model;

namespace Datahall.Server.Snapshots;

/// <summary>The first line of a snapshot: what is no resource, and how many resources follow.</summary>
internal sealed record SnapshotHeader
{
    /// <summary>The only <see cref="Format"/>.</summary>
    public const string FormatName = "datahall-snapshot";

    /// <summary>The version that this program writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Tells a snapshot from other files.</summary>
    public string Format { get; init; } = FormatName;

    /// <summary>The format's version.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The version of the program that wrote it.</summary>
    public required string Program { get; init; }

    /// <summary>The core's options.</summary>
    public required SnapshotOptions Options { get; init; }

    /// <summary>The core's time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The store's revision.</summary>
    public required long Revision { get; init; }

    /// <summary>The store's identity.</summary>
    public required string Identity { get; init; }

    /// <summary>The sequence of the store's last event.</summary>
    public required long LastEvent { get; init; }

    /// <summary>What a watt costs where.</summary>
    public EnergyPriceList EnergyPrices { get; init; } = EnergyPriceList.None;

    /// <summary>How many resources follow, a line each.</summary>
    public required int Resources { get; init; }

    // Every field is written, also one with the default of its type: a missing one would come back with its initial value.
    private static JsonSerializerOptions Json { get; } = new(ResourceJson.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <summary>The header as one line of JSON.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads a header that <see cref="Write"/> wrote.</summary>
    /// <exception cref="SnapshotException">It is no header, or one of another version.</exception>
    public static SnapshotHeader Read(string file, string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            Check(file, json.RootElement);
            return json.RootElement.Deserialize<SnapshotHeader>(Json)!;
        }
        catch (JsonException e)
        {
            throw SnapshotException.At(file, 1, $"not the header of a snapshot: {SnapshotException.Text(e)}");
        }
    }

    private static void Check(string file, JsonElement header)
    {
        if (header.ValueKind is not JsonValueKind.Object || !header.TryGetProperty("format", out var format) || format.ValueKind is not JsonValueKind.String || format.GetString() != FormatName)
        {
            throw new SnapshotException($"{file} is no snapshot: its first line is not the header that 'datahall snapshot save' writes");
        }

        if (!header.TryGetProperty("version", out var version) || version.ValueKind is not JsonValueKind.Number || version.GetRawText() != $"{CurrentVersion}")
        {
            var program = header.TryGetProperty("program", out var by) ? $" ({by})" : "";
            throw SnapshotException.At(file, 1, $"the format's version is {(version.ValueKind is JsonValueKind.Undefined ? "missing" : version)}, and this program reads version {CurrentVersion}: use the datahall that wrote it{program}");
        }
    }
}

/// <summary>The core's options but for the expected mix of tasks, which only simulations of traces set.</summary>
internal sealed record SnapshotOptions
{
    /// <summary>How often agents report.</summary>
    public required Duration Heartbeat { get; init; }

    /// <summary>The silence after which a node is lost.</summary>
    public required Duration Lease { get; init; }

    /// <summary>The placement policy.</summary>
    public required string Policy { get; init; }

    /// <summary>Whether there is a command that wakes nodes.</summary>
    public bool HasWakeCommand { get; init; }

    /// <summary>What random policies draw from.</summary>
    public required ulong Seed { get; init; }

    public static SnapshotOptions Of(CoreOptions options) =>
        new() { Heartbeat = options.Heartbeat, Lease = options.Lease, Policy = options.Policy, HasWakeCommand = options.HasWakeCommand, Seed = options.Seed };

    public CoreOptions ToCore() => new() { Heartbeat = Heartbeat, Lease = Lease, Policy = Policy, HasWakeCommand = HasWakeCommand, Seed = Seed };
}
