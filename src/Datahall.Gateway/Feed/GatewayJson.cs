using System.Text.Json;
using Datahall.Model.Traffic;

namespace Datahall.Gateway.Feed;

/// <summary>The messages between gateways and the control plane as JSON, in the format of <see cref="TrafficJson"/>.</summary>
public static class GatewayJson
{
    /// <summary>Writes a message as UTF-8 JSON.</summary>
    public static byte[] Write<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message, TrafficJson.Options.GetTypeInfo(typeof(T)));

    /// <summary>Reads a message.</summary>
    /// <exception cref="JsonException">The bytes are not such a message.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json) =>
        (T?)JsonSerializer.Deserialize(json, TrafficJson.Options.GetTypeInfo(typeof(T))) ?? throw new JsonException($"null is not a {typeof(T).Name}");
}
