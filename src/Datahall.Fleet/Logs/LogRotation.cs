using System.Globalization;

namespace Datahall.Fleet.Logs;

/// <summary>Keeps a task's log within bounds by copying it aside and cutting it.</summary>
/// <remarks>
/// The task holds the file open in append mode, so after the cut it writes on at the start. What it writes between the last
/// copied byte and the cut is lost: microseconds, once per file.
/// </remarks>
internal static class LogRotation
{
    /// <summary>The rotated file of an age: 1 is the youngest.</summary>
    public static string Aged(string log, int age) => string.Create(CultureInfo.InvariantCulture, $"{log}.{age}");

    /// <summary>Rotates the log when it is larger than the limit.</summary>
    public static void RotateIfLarge(string log, long limit, int keep)
    {
        if (new FileInfo(log) is not { Exists: true } file || file.Length <= limit)
        {
            return;
        }

        for (var age = keep; age > 1; age--)
        {
            if (File.Exists(Aged(log, age - 1)))
            {
                File.Move(Aged(log, age - 1), Aged(log, age), overwrite: true);
            }
        }

        using var current = new FileStream(log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (keep > 0)
        {
            File.Delete(Aged(log, 1)); // And made anew: the task may have left a pipe there, which would wait for a reader.
            using var aged = new FileStream(Aged(log, 1), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            current.CopyTo(aged);
        }

        current.SetLength(0);
    }
}
