using Datahall.Model;
using Datahall.Model.Manifests;

namespace Datahall.Cli.Apply;

/// <summary>The resources that files, directories and the standard input hold, each with its place for errors.</summary>
internal static class Manifests
{
    private const string StandardInput = "-";

    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>Reads all of it as one set.</summary>
    /// <exception cref="CommandFailure">Something is missing or wrong; all errors at once.</exception>
    public static ManifestResult Read(IReadOnlyList<string> sources)
    {
        var read = ManifestResult.Combine([.. sources.SelectMany(Files).Select(ReadFile)]);
        if (!read.IsValid)
        {
            var count = read.Errors.Count == 1 ? "1 error" : $"{read.Errors.Count} errors";
            throw CommandFailure.Usage($"{count} in the manifests; nothing was changed", [.. read.Errors.Select(static error => error.ToString())]);
        }

        return read.Resources.Count > 0
            ? read
            : throw CommandFailure.Usage($"{string.Join(", ", sources)} holds no resource; a manifest starts with 'kind: Job' or another kind");
    }

    /// <summary>Puts the server's errors about resources at their places in the files.</summary>
    public static CommandFailure Locate(ManifestResult read, CommandFailure refusal) =>
        new(refusal.Exit, refusal.Message, [.. refusal.Details.Select(detail => Locate(read, detail))]);

    private static string Locate(ManifestResult read, string detail)
    {
        // The server names a field as "job/x: spec.queue: what is wrong".
        if (detail.Split(": ", 3) is not [var key, var path, var message]
            || key.Split('/') is not [var kind, var name]
            || ResourceKinds.Find(kind) is not { } found)
        {
            return detail;
        }

        var place = read.Locate(new ResourceError(new(found, name), path, message));
        return place.File.Length > 0 ? place.ToString() : detail;
    }

    private static IEnumerable<string> Files(string source)
    {
        if (source is StandardInput || File.Exists(source))
        {
            return [source];
        }

        if (!Directory.Exists(source))
        {
            throw CommandFailure.Usage($"there is no file or directory '{source}'");
        }

        var files = Directory.EnumerateFiles(source)
            .Where(static file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToArray();
        return files.Length > 0 ? files : throw CommandFailure.Usage($"the directory '{source}' holds no .yaml, .yml or .json file");
    }

    private static ManifestResult ReadFile(string file)
    {
        try
        {
            return ManifestReader.Read(file is StandardInput ? "stdin" : file, file is StandardInput ? ReadInput() : ReadAtMost(File.OpenRead(file)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage($"'{file}' cannot be read: {e.Message}");
        }
    }

    private static byte[] ReadInput() => ReadAtMost(Console.OpenStandardInput());

    /// <summary>Reads one byte more than a manifest may have at most, so that the reader says so and an endless input ends.</summary>
    private static byte[] ReadAtMost(Stream stream)
    {
        using (stream)
        {
            var limit = ManifestLimits.Default.MaxBytes + 1;
            using var bytes = new MemoryStream();
            var buffer = new byte[64 * 1024];
            int count;
            while (bytes.Length < limit && (count = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, limit - bytes.Length))) > 0)
            {
                bytes.Write(buffer, 0, count);
            }

            return bytes.ToArray();
        }
    }
}
