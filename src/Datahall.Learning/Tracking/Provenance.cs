using System.ComponentModel;
using System.Diagnostics;
using System.IO.Hashing;
using System.Reflection;

namespace Datahall.Learning.Tracking;

/// <summary>Tells where a run comes from: its code and its data.</summary>
internal static class Provenance
{
    /// <summary>The program's version, and commit and state of the git work tree that a folder is in.</summary>
    public static CodeVersion Code(string folder)
    {
        var program = typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        var commit = Git(folder, "rev-parse", "HEAD")?.Trim();
        var changes = commit is null ? null : Git(folder, "status", "--porcelain", "--untracked-files=no");
        return new CodeVersion(program, commit, changes is null ? null : changes.Length > 0);
    }

    /// <summary>Size and checksum of a file; a folder counts as all files in it.</summary>
    /// <exception cref="LearningException">The file is not there.</exception>
    public static IEnumerable<TrackedFile> Files(string path)
    {
        if (Directory.Exists(path))
        {
            return Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File);
        }

        return System.IO.File.Exists(path) ? [File(path)] : throw new LearningException($"{path} is not there; a run keeps the checksum of each file it reads");
    }

    public static TrackedFile File(string path)
    {
        var hash = new XxHash128();
        using var file = System.IO.File.OpenRead(path);
        hash.Append(file);
        return new TrackedFile(path, file.Length, Convert.ToHexStringLower(hash.GetCurrentHash()));
    }

    private static string? Git(string folder, params IReadOnlyList<string> arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", folder, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception) // No git on this host: the run is tracked without a commit.
        {
            return null;
        }
    }
}
