using System.Globalization;
using System.IO.Compression;
using Datahall.Cli.Client;
using Datahall.Cli.Output;
using Datahall.Server.Snapshots;

namespace Datahall.Cli.Snapshots;

/// <summary>Fetches a snapshot, and keeps it only when it is whole.</summary>
internal static class SnapshotDownload
{
    /// <summary>Writes the server's snapshot to a file that only its owner may read.</summary>
    /// <returns>What was saved, in words.</returns>
    /// <exception cref="CommandFailure">The server refused, the file cannot be written, or the answer is not whole.</exception>
    public static async Task<string> SaveAsync(ApiClient api, string path, CancellationToken cancellationToken)
    {
        var beside = path + ".new"; // Moved when it is whole: a lost connection must not leave half a file.
        try
        {
            await FetchAsync(api, beside, path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? SnapshotPacking.Gzip : SnapshotPacking.None, cancellationToken);
            var snapshot = SnapshotFile.Read(beside);
            File.Move(beside, path, overwrite: true);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{path}: {snapshot.Start.Resources.Count} resources at revision {snapshot.Start.Revision}, {snapshot.Now:u}, {HumanUnits.Bytes(new FileInfo(path).Length)}");
        }
        catch (SnapshotException e)
        {
            throw CommandFailure.Refused($"the server's answer is not a whole snapshot: {e.Message}");
        }
        catch (HttpRequestException)
        {
            throw CommandFailure.Refused($"the connection to {api.Url} was lost in the middle of the snapshot");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Refused($"{path} cannot be written: {e.Message}");
        }
        finally
        {
            Remove(beside);
        }
    }

    private static async Task FetchAsync(ApiClient api, string file, SnapshotPacking packing, CancellationToken cancellationToken)
    {
        using var response = await api.OpenAsync("/api/v1/snapshot", cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var output = new FileStream(file, Mode());
        if (packing is SnapshotPacking.Gzip)
        {
            await using var gzip = new GZipStream(output, CompressionLevel.Optimal);
            await body.CopyToAsync(gzip, cancellationToken);
        }
        else
        {
            await body.CopyToAsync(output, cancellationToken);
        }
    }

    private static FileStreamOptions Mode()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever could not write it has said so already.
        }
    }
}

/// <summary>How a snapshot is packed.</summary>
internal enum SnapshotPacking
{
    /// <summary>As it is.</summary>
    None,

    /// <summary>By gzip.</summary>
    Gzip,
}
