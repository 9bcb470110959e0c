using System.Globalization;

namespace Datahall.Fleet.Runtimes;

/// <summary>Deletes what nobody will read any more: logs beyond the last few attempts of a task, and those that are old.</summary>
internal sealed class AttemptRetention(ProcessRuntimeOptions options, TimeProvider time)
{
    /// <summary>An attempt is over: its logs stay for a while, its working directory goes.</summary>
    public void Forget(AttemptDirectory directory)
    {
        directory.MarkForgotten();
        File.SetLastWriteTimeUtc(directory.File("forgotten"), time.GetUtcNow().UtcDateTime);
        if (Directory.Exists(directory.Work))
        {
            Directory.Delete(directory.Work, recursive: true);
        }

        SweepTask(Path.GetDirectoryName(directory.Path)!);
    }

    public void Sweep()
    {
        foreach (var task in Directory.EnumerateDirectories(options.Tasks))
        {
            SweepTask(task);
        }
    }

    private void SweepTask(string task)
    {
        var oldest = time.GetUtcNow() - options.KeepLogs;
        var forgotten = Directory.EnumerateDirectories(task)
            .Select(path => long.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var fence) ? fence : -1)
            .Where(static fence => fence >= 0)
            .OrderDescending()
            .Select(fence => new AttemptDirectory(options.Tasks, new(Path.GetFileName(task), fence)))
            .Where(static attempt => attempt.IsForgotten)
            .ToList();
        for (var i = 0; i < forgotten.Count; i++)
        {
            if (i >= options.KeptAttempts || File.GetLastWriteTimeUtc(forgotten[i].File("forgotten")) < oldest.UtcDateTime)
            {
                forgotten[i].Delete();
            }
        }
    }
}
