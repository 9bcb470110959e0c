using System.Text.Json;

namespace Datahall.Server.Snapshots;

/// <summary>A file is no snapshot, or a damaged one; the message says where and how to mend it.</summary>
public sealed class SnapshotException(string message) : Exception(message)
{
    internal static SnapshotException At(string file, int line, string message) => new($"{file}:{line}: {message}");

    // What stands before the framework's own account of where in the line it is.
    internal static string Text(JsonException e) => e.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0].TrimEnd('.');
}
