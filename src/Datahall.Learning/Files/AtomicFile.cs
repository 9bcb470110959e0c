using System.Text;

namespace Datahall.Learning.Files;

/// <summary>Replaces a file whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the file, flushes to the disk and renames; a failure leaves the old file and no other.</summary>
    /// <exception cref="IOException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var fresh = path + ".new";
        try
        {
            using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
        }
        catch
        {
            File.Delete(fresh);
            throw;
        }
    }

    /// <summary>Writes texts one after another, as <see cref="Write"/>.</summary>
    /// <exception cref="IOException">The disk is full or the folder cannot be written.</exception>
    public static void WriteTexts(string path, IEnumerable<string> texts) => Write(path, file =>
    {
        foreach (var text in texts)
        {
            file.Write(Encoding.UTF8.GetBytes(text));
        }
    });

    public static void WriteText(string path, string text) => Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));
}
