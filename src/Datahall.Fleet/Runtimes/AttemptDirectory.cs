using System.Globalization;
using System.Text;
using System.Text.Json;
using Datahall.Control.Agents;

namespace Datahall.Fleet.Runtimes;

/// <summary>What is on disk of one attempt: all that an agent needs to take it up again.</summary>
/// <remarks>
/// <c>spec.json</c> what was asked; <c>pid</c> the wrapper, once it has taken the attempt; <c>child</c> the task's own pid;
/// <c>exit</c> how it exited; <c>failed</c> why it could not start; <c>ready</c> it was healthy once; <c>verdict.json</c> why the
/// agent ended it; <c>members</c> the addresses of an elastic job's members; <c>ended.json</c> the last report; <c>forgotten</c> kept for its logs only.
/// </remarks>
internal sealed class AttemptDirectory(string tasks, AttemptKey key)
{
    public AttemptKey Key { get; } = key;

    public string Path { get; } = System.IO.Path.Combine(tasks, key.Task, key.Fence.ToString(CultureInfo.InvariantCulture));

    public string Work => File("work");

    public string Members => File("members");

    public bool IsReady => System.IO.File.Exists(File("ready"));

    public bool IsForgotten => System.IO.File.Exists(File("forgotten"));

    public PidRecord? Pid => Read("pid") is { } text ? PidRecord.Parse(text) : null;

    public int? Child => Number("child");

    /// <summary>When the task's own program began; null before it did.</summary>
    public DateTime? Started => new FileInfo(File("child")) is { Exists: true } file ? file.LastWriteTimeUtc : null;

    public int? ExitStatus => Number("exit");

    public string? Failed => Read("failed")?.Trim();

    public DesiredTask? Spec => Json<DesiredTask>("spec.json");

    public AttemptReport? Verdict => Json<AttemptReport>("verdict.json");

    public AttemptReport? Ended => Json<AttemptReport>("ended.json");

    /// <summary>Every attempt on disk.</summary>
    public static IEnumerable<AttemptDirectory> All(string tasks) =>
        from task in Directory.Exists(tasks) ? Directory.EnumerateDirectories(tasks) : []
        from attempt in Directory.EnumerateDirectories(task)
        let fence = long.TryParse(System.IO.Path.GetFileName(attempt), CultureInfo.InvariantCulture, out var number) ? number : -1
        where fence >= 0
        select new AttemptDirectory(tasks, new(System.IO.Path.GetFileName(task), fence));

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Create(DesiredTask spec)
    {
        Directory.CreateDirectory(Path);
        Write("spec.json", AgentJson.Write(spec));
    }

    /// <summary>Brings the members file to a list, one address a line; a file that says so already is left alone.</summary>
    public void WriteMembers(IReadOnlyList<string> members)
    {
        var text = string.Concat(members.Select(static member => member + "\n"));
        if (Read("members") != text)
        {
            Write("members", Encoding.UTF8.GetBytes(text));
        }
    }

    public void MarkReady() => Write("ready", []);

    public void MarkForgotten() => Write("forgotten", []);

    public void WriteVerdict(AttemptReport verdict) => Write("verdict.json", AgentJson.Write(verdict));

    public void WriteEnded(AttemptReport report) => Write("ended.json", AgentJson.Write(report));

    /// <summary>Takes the attempt so that no wrapper can any more; false when one has it already.</summary>
    public bool TryClaim()
    {
        var own = File("pid.agent");
        System.IO.File.WriteAllText(own, "claimed by the agent\n");
        var claimed = Posix.TryLink(own, File("pid"));
        System.IO.File.Delete(own);
        return claimed;
    }

    public void Delete()
    {
        Directory.Delete(Path, recursive: true);
        if (System.IO.Path.GetDirectoryName(Path) is { } task && !Directory.EnumerateFileSystemEntries(task).Any())
        {
            Directory.Delete(task);
        }
    }

    private int? Number(string name) => int.TryParse(Read(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    private T? Json<T>(string name)
        where T : class
    {
        try
        {
            return Read(name) is { } text ? AgentJson.Read<T>(Encoding.UTF8.GetBytes(text)) : null;
        }
        catch (JsonException) // Cut short by a full disk, or of another version: as if it were not there.
        {
            return null;
        }
    }

    private string? Read(string name)
    {
        using var file = RegularFile.TryOpen(File(name));
        if (file is null)
        {
            return null;
        }

        using var reader = new StreamReader(file, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private void Write(string name, byte[] content)
    {
        var fresh = File(name + ".new");
        System.IO.File.WriteAllBytes(fresh, content);
        System.IO.File.Move(fresh, File(name), overwrite: true);
    }
}
