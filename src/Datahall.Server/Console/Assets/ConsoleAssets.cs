using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Datahall.Server.Console.Assets;

/// <summary>The console's scripts and styles: resources of this assembly, served with their hash in the address.</summary>
/// <remarks>Nothing is read or compressed before it is asked for, so that the start of the server costs nothing. Thread-safe.</remarks>
internal sealed class ConsoleAssets
{
    private const string Root = "console/";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        ["blazor.web.js"] = "text/javascript; charset=utf-8",
        ["mudblazor.js"] = "text/javascript; charset=utf-8",
        ["mudblazor.css"] = "text/css; charset=utf-8",
        ["start.js"] = "text/javascript; charset=utf-8",
        ["console.js"] = "text/javascript; charset=utf-8",
        ["console.css"] = "text/css; charset=utf-8",
        ["icon.svg"] = "image/svg+xml",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, Lazy<ConsoleAsset>> assets = Types.ToFrozenDictionary(
        static type => type.Key, static type => new Lazy<ConsoleAsset>(() => Load(type.Key, type.Value)), StringComparer.Ordinal);

    /// <summary>Finds a file; null when the console has none of that name.</summary>
    public ConsoleAsset? Find(string name) => assets.TryGetValue(name, out var asset) ? asset.Value : null;

    /// <summary>Where the browser finds a file; the address changes with the content.</summary>
    public string Link(string name) => $"/console/{name}?v={assets[name].Value.Tag}";

    private static ConsoleAsset Load(string name, string type)
    {
        using var resource = typeof(ConsoleAssets).Assembly.GetManifestResourceStream(Root + name)
            ?? throw new InvalidOperationException($"the assembly has no resource {Root}{name}: build it again");
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return new(type, Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8)), content);
    }
}

/// <summary>A file of the console.</summary>
/// <param name="type">Its media type.</param>
/// <param name="tag">Stands for its content: two contents have two tags.</param>
/// <param name="content">Its bytes.</param>
internal sealed class ConsoleAsset(string type, string tag, byte[] content)
{
    private readonly Lazy<byte[]> brotli = new(() => Compress(content));

    /// <summary>The media type.</summary>
    public string Type => type;

    /// <summary>Stands for the content.</summary>
    public string Tag => tag;

    /// <summary>The bytes.</summary>
    public byte[] Content => content;

    /// <summary>The bytes, compressed by Brotli once.</summary>
    public byte[] Brotli => brotli.Value;

    private static byte[] Compress(byte[] content)
    {
        var compressed = new MemoryStream();
        using (var stream = new BrotliStream(compressed, CompressionLevel.Optimal))
        {
            stream.Write(content);
        }

        return compressed.ToArray();
    }
}
