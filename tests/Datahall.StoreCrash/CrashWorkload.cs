using System.Globalization;
using System.Text;
using Datahall.Control.Store;
using Datahall.Model;
using Datahall.Server.Stores;

namespace Datahall.StoreCrash;

/// <summary>What is written while the process waits for its death: several callers, each replacing its own group of resources.</summary>
/// <remarks>
/// Every batch carries all resources of one caller and one event that says what it did, so the last event of a caller tells what
/// its resources must be. An event's sequence is its batch's revision.
/// </remarks>
public sealed class CrashWorkload
{
    /// <summary>How many callers write at once.</summary>
    public const int Callers = 8;

    /// <summary>How many resources a caller has.</summary>
    public const int Group = 6;

    private readonly SqliteStore store;
    private readonly Lock turn = new();
    private readonly Dictionary<string, long> revisions;
    private long next;

    private CrashWorkload(SqliteStore store, IReadOnlyList<Resource> found)
    {
        this.store = store;
        next = store.Revision + 1;
        revisions = found.ToDictionary(static resource => resource.Name, static resource => resource.Revision);
    }

    /// <summary>How the store is opened: its journal wraps and it compacts itself all the time.</summary>
    public static SqliteStoreOptions Options { get; } = new() { KeepEvents = 2_000, KeepDeletions = 4 };

    /// <summary>The name of one resource of a caller.</summary>
    public static string Name(int caller, int index) => string.Create(CultureInfo.InvariantCulture, $"caller{caller}-{index}");

    /// <summary>Goes on where the last process died.</summary>
    public static async Task<CrashWorkload> ResumeAsync(SqliteStore store) =>
        new(store, await store.ListAsync(null, CancellationToken.None).ConfigureAwait(false));

    /// <summary>Writes with all callers, and puts a line with the revision on the output after each acknowledgement.</summary>
    public Task WriteForeverAsync(Stream output) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallForeverAsync(caller, output))));

    private async Task CallForeverAsync(int caller, Stream output)
    {
        while (true)
        {
            var (revision, write) = Begin(caller);
            if (await write.ConfigureAwait(false) is { } conflict)
            {
                throw new InvalidOperationException($"batch {revision} met {conflict}");
            }

            // One system call a line, and below the size that a pipe takes whole.
            var line = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{revision}\n"));
            lock (output)
            {
                output.Write(line);
            }
        }
    }

    /// <summary>Hands the next batch to the store; in turn, since revisions must come in order.</summary>
    private (long Revision, Task<WriteConflict?> Write) Begin(int caller)
    {
        lock (turn)
        {
            var revision = next++;
            var delete = revision % 5 == 0;
            var changes = Enumerable.Range(0, Group).Select(index => Change(Name(caller, index), revision, delete)).ToList();
            var about = new ResourceKey(ResourceKinds.Queue, string.Create(CultureInfo.InvariantCulture, $"caller{caller}"));
            var said = new ControlEvent(revision, DateTimeOffset.UnixEpoch, about, EventSeverity.Normal, delete ? "Deleted" : "Written", "");
            return (revision, store.WriteAsync(new(revision, changes, [said]), CancellationToken.None));
        }
    }

    private Change Change(string name, long revision, bool delete)
    {
        var was = revisions.GetValueOrDefault(name);
        revisions[name] = delete ? 0 : revision;
        var padding = new Dictionary<string, string> { ["padding"] = new('x', (int)(revision % 900)) };
        return new(
            new(ResourceKinds.Queue, name),
            was,
            delete ? null : new Queue { Name = name, Revision = revision, Labels = padding, Spec = new QueueSpec() });
    }
}
