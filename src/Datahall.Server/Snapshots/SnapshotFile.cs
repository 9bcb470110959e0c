using System.IO.Compression;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Datahall.Control.Core;
using Datahall.Model;

namespace Datahall.Server.Snapshots;

/// <summary>Everything that a scheduling decision was made from, as a file: JSON lines, a header and then one resource each.</summary>
/// <remarks>Values of environment variables are not written. See docs/reference/snapshots.md.</remarks>
public static class SnapshotFile
{
    private const int FlushBytes = 64 * 1024;

    private static string Program =>
        typeof(SnapshotFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>Writes a snapshot.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="snapshot">What the core decides from.</param>
    /// <param name="cancellationToken">Gives up in the middle.</param>
    public static async Task WriteAsync(Stream stream, CoreSnapshot snapshot, CancellationToken cancellationToken)
    {
        var start = snapshot.Start;
        var header = new SnapshotHeader
        {
            Program = Program,
            Options = SnapshotOptions.Of(snapshot.Options),
            Now = snapshot.Now,
            Revision = start.Revision,
            Identity = start.StoreIdentity,
            LastEvent = start.LastEvent,
            EnergyPrices = start.EnergyPrices,
            Resources = start.Resources.Count,
        };
        using var buffer = new MemoryStream(FlushBytes * 2);
        buffer.Write(header.Write());
        foreach (var resource in start.Resources)
        {
            buffer.WriteByte((byte)'\n');
            buffer.Write(ResourceJson.Write(SecretMask.Of(resource)));
            if (buffer.Length >= FlushBytes)
            {
                await stream.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellationToken).ConfigureAwait(false);
                buffer.SetLength(0);
            }
        }

        buffer.WriteByte((byte)'\n');
        await stream.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a snapshot, compressed by gzip or not.</summary>
    /// <exception cref="SnapshotException">It cannot be read, or is no whole snapshot of this version.</exception>
    public static CoreSnapshot Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            using var plain = IsCompressed(stream) ? new GZipStream(stream, CompressionMode.Decompress) : (Stream)stream;
            using var lines = new StreamReader(plain, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            var header = SnapshotHeader.Read(file, lines.ReadLine() ?? throw new SnapshotException($"{file} is empty; 'datahall snapshot save' makes a snapshot"));
            return new(header.Options.ToCore(), header.Now, new(header.Identity, header.Revision, header.LastEvent, ReadResources(file, header, lines)) { EnergyPrices = header.EnergyPrices });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SnapshotException($"there is no file {file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or DecoderFallbackException)
        {
            throw new SnapshotException($"{file} cannot be read: {e.Message}");
        }
    }

    private static List<Resource> ReadResources(string file, SnapshotHeader header, StreamReader lines)
    {
        var resources = new List<Resource>(Math.Clamp(header.Resources, 0, 1_000_000));
        var seen = new Dictionary<ResourceKey, int>();
        for (var number = 2; lines.ReadLine() is { } line; number++)
        {
            var resource = ReadResource(file, number, line);
            if (!seen.TryAdd(resource.Key, number))
            {
                throw SnapshotException.At(file, number, $"{resource.Key} is there twice, in line {seen[resource.Key]} too");
            }

            if (resource.Revision > header.Revision)
            {
                throw SnapshotException.At(file, number, $"{resource.Key} has revision {resource.Revision}, and the header says that {header.Revision} is the last");
            }

            resources.Add(resource);
        }

        return resources.Count == header.Resources
            ? resources
            : throw SnapshotException.At(file, resources.Count + 1, $"the file ends after {resources.Count} of {header.Resources} resources: it was cut off or changed; save it again");
    }

    private static Resource ReadResource(string file, int number, string line)
    {
        try
        {
            return ResourceJson.Read(Encoding.UTF8.GetBytes(line));
        }
        catch (JsonException e)
        {
            throw SnapshotException.At(file, number, $"not a resource: {SnapshotException.Text(e)}");
        }
        catch (NotSupportedException) // The framework's answer to an object whose type it is not told.
        {
            throw SnapshotException.At(file, number, "not a resource: it has no kind");
        }
    }

    private static bool IsCompressed(FileStream stream)
    {
        var isCompressed = stream.ReadByte() == 0x1f && stream.ReadByte() == 0x8b;
        stream.Position = 0;
        return isCompressed;
    }
}
