using System.Text.Json;

namespace Datahall.Learning.Tracking;

/// <summary>The files of a run's folder.</summary>
internal sealed record RunFolder(string Path)
{
    public string Document => System.IO.Path.Combine(Path, "run.json");

    public string Metrics => System.IO.Path.Combine(Path, "metrics.jsonl");

    public string Artifacts => System.IO.Path.Combine(Path, "artifacts");

    public string TensorBoard => System.IO.Path.Combine(Path, "tensorboard");

    public string Mlflow => System.IO.Path.Combine(Path, "mlflow.json");

    /// <summary>Held open by the process that works on the run; the operating system frees it when the process dies, however it dies.</summary>
    public string Lock => System.IO.Path.Combine(Path, "run.lock");

    /// <summary>Takes the run for this process; null when another has it.</summary>
    public FileStream? TryLock()
    {
        try
        {
            return new FileStream(Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Whether no process works on the run. A folder that may only be read cannot be asked, and is believed to be at work.</summary>
    public bool IsAbandoned()
    {
        if (!File.Exists(Lock))
        {
            return true;
        }

        try
        {
            using var taken = TryLock();
            return taken is not null;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads <c>run.json</c>.</summary>
    /// <exception cref="LearningException">It is not there, or damaged.</exception>
    public RunDocument ReadDocument()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Document), TrackingJson.Default.RunDocument)
                ?? throw new JsonException("the file says null");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LearningException($"{Path} is no run: it has no run.json", e);
        }
        catch (JsonException e)
        {
            throw new LearningException($"{Document} is damaged ({e.Message}); mend it, or remove the folder", e);
        }
    }

    public void Write(RunDocument document) =>
        Replace(Document, JsonSerializer.SerializeToUtf8Bytes(document, TrackingJson.Default.RunDocument));

    /// <summary>Replaces a file in one step: a reader, or a start after a crash, finds the old content or the new.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var beside = path + ".new";
        using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }
}
