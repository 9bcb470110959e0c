using System.Text;

namespace Datahall.Fleet.Runtimes;

/// <summary>Finds the program of a command, and says what was looked for when it is not there.</summary>
internal static class ProgramLookup
{
    /// <summary>Finds a program.</summary>
    /// <param name="program">A path, or a name to look up.</param>
    /// <param name="path">The PATH to look in.</param>
    /// <param name="directory">The working directory, which a relative path starts from.</param>
    /// <param name="found">The program's path, or why there is none.</param>
    public static bool TryFind(string program, string path, string directory, out string found)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return TryUse(Path.GetFullPath(program, directory), out found);
        }

        string? unusable = null;
        foreach (var folder in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var candidate = Path.Combine(folder, program);
            if (File.Exists(candidate))
            {
                if (TryUse(candidate, out found))
                {
                    return true;
                }

                unusable ??= found;
            }
        }

        found = unusable ?? $"the program '{program}' is in no directory of PATH ({path}); install it on the node, or name it with its path";
        return false;
    }

    private static bool TryUse(string candidate, out string found)
    {
        found = candidate switch
        {
            _ when Directory.Exists(candidate) => $"'{candidate}' is a directory, not a program",
            _ when !File.Exists(candidate) => $"the program '{candidate}' does not exist on the node",
            _ when !RegularFile.Is(candidate) => $"'{candidate}' is a pipe, a socket or a device, not a program",
            _ when !Posix.MayExecute(candidate) => $"the program '{candidate}' is not executable; run chmod +x on it",
            _ when MissingInterpreter(candidate) is { } interpreter => $"the script '{candidate}' asks for the interpreter '{interpreter}', which does not exist on the node",
            _ => candidate,
        };
        return ReferenceEquals(found, candidate);
    }

    private static string? MissingInterpreter(string candidate)
    {
        try
        {
            using var file = RegularFile.TryOpen(candidate);
            if (file is null)
            {
                return null;
            }

            Span<byte> start = stackalloc byte[128];
            start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            if (!start.StartsWith("#!"u8))
            {
                return null;
            }

            var line = start[2..].IndexOf((byte)'\n') is var end and >= 0 ? start.Slice(2, end) : start[2..];
            var interpreter = Encoding.UTF8.GetString(line).Trim().Split(' ', '\t')[0];
            return interpreter.Length > 0 && interpreter.Length < 120 && !File.Exists(interpreter) ? interpreter : null;
        }
        catch (UnauthorizedAccessException) // Executable but not readable is no script.
        {
            return null;
        }
    }
}
