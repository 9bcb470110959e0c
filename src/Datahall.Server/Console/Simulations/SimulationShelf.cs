using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Datahall.Server.Console.Simulations;

/// <summary>The reports in the folder <c>simulations</c> of the data directory: written there by hand, or uploaded.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="folder">The folder; made with the first upload.</param>
internal sealed partial class SimulationShelf(string folder)
{
    /// <summary>The largest report, in bytes.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;

    private const int MaxReports = 200;
    private readonly ConcurrentDictionary<string, (DateTime Written, SimulationReport? Report, string? Error)> read = new(StringComparer.Ordinal);

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>The reports, the newest first.</summary>
    public IReadOnlyList<ShelvedReport> List()
    {
        var files = new DirectoryInfo(folder);
        return !files.Exists ? [] :
        [
            .. files.EnumerateFiles("*.json").Where(static file => file.LinkTarget is null && FileName.IsMatch(file.Name)).OrderByDescending(static file => file.LastWriteTimeUtc).Take(MaxReports)
                .Select(Read),
        ];
    }

    /// <summary>Keeps an uploaded report.</summary>
    /// <returns>Its name on the shelf.</returns>
    /// <exception cref="FormatException">It is no report.</exception>
    /// <exception cref="IOException">It could not be written.</exception>
    public string Keep(string fileName, byte[] json)
    {
        SimulationReport.Parse(json);
        var name = Unfit.Replace(Path.GetFileNameWithoutExtension(fileName), "-").Trim('-', '.', '_');
        name = (name.Length == 0 ? "report" : name.Length > 60 ? name[..60] : name) + ".json";
        Directory.CreateDirectory(folder);
        var beside = Path.Combine(folder, name + ".new");
        File.WriteAllBytes(beside, json);
        File.Move(beside, Path.Combine(folder, name), overwrite: true);
        return name;
    }

    private ShelvedReport Read(FileInfo file)
    {
        var known = read.GetValueOrDefault(file.Name);
        if (known.Written != file.LastWriteTimeUtc)
        {
            known = (file.LastWriteTimeUtc, null, null);
            try
            {
                known.Report = file.Length <= MaxBytes ? SimulationReport.Parse(File.ReadAllBytes(file.FullName)) : throw new FormatException($"it is larger than {MaxBytes >> 20} MiB");
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException) // Told in its row; the others are shown.
            {
                known.Error = e.Message;
            }

            read[file.Name] = known;
        }

        return new(file.Name, known.Written, known.Report, known.Error);
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
    private static partial Regex FileName { get; }

    [GeneratedRegex("[^A-Za-z0-9._-]+")]
    private static partial Regex Unfit { get; }
}

/// <summary>A report in the folder.</summary>
/// <param name="Name">Its file.</param>
/// <param name="Written">When it was written.</param>
/// <param name="Report">What it says; null when it is no report.</param>
/// <param name="Error">Why it is none.</param>
internal sealed record ShelvedReport(string Name, DateTimeOffset Written, SimulationReport? Report, string? Error);
