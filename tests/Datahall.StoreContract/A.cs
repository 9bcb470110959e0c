using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.StoreContract;

/// <summary>Builds what the store's tests write.</summary>
public static class A
{
    /// <summary>A moment to start from.</summary>
    public static DateTimeOffset Moment { get; } = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero);

    public static ResourceKey Key(string name) => new(ResourceKinds.Queue, name);

    /// <summary>A queue that carries a mark to tell its versions apart.</summary>
    public static Queue Queue(string name, long revision, string mark = "") => new()
    {
        Name = name,
        Revision = revision,
        Labels = new Dictionary<string, string> { ["mark"] = mark },
        Spec = new QueueSpec(),
    };

    public static Site Site(string name, long revision) => new() { Name = name, Revision = revision, Spec = new SiteSpec() };

    /// <summary>Makes a queue, which must not exist.</summary>
    public static Change Create(string name, long revision, string mark = "") => new(Key(name), 0, Queue(name, revision, mark));

    public static Change Update(string name, long expected, long revision, string mark = "") =>
        new(Key(name), expected, Queue(name, revision, mark));

    public static Change Delete(string name, long expected) => new(Key(name), expected, null);

    public static WriteBatch Batch(long revision, params Change[] changes) => new(revision, changes, []);

    public static ControlEvent Event(long sequence, string about, EventSeverity severity = EventSeverity.Normal) =>
        new(sequence, Moment.AddTicks(sequence), Key(about), severity, "Happened", $"the {sequence}th thing happened to {about}");
}
