using Datahall.Control.Store;
using Datahall.Model;

namespace Datahall.Server.Events;

/// <summary>Events, oldest first.</summary>
/// <param name="Items">The events.</param>
internal sealed record EventListView(IReadOnlyList<EventView> Items);

/// <summary>Something that happened to a resource.</summary>
/// <param name="Sequence">Numbers all events, in order.</param>
/// <param name="Time">When.</param>
/// <param name="About">To which resource.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Reason">What, in a word for programs.</param>
/// <param name="Message">What, in a sentence for people.</param>
internal sealed record EventView(
    long Sequence, DateTimeOffset Time, KeyView About, EventSeverity Severity, string Reason, string Message)
{
    public static EventView Of(ControlEvent e) => new(e.Sequence, e.Time, KeyView.Of(e.About), e.Severity, e.Reason, e.Message);
}

/// <summary>Names a resource.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The name.</param>
internal sealed record KeyView(string Kind, string Name)
{
    public static KeyView Of(ResourceKey key) => new(key.Kind, key.Name);
}
