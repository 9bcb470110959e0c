using System.Text.Json.Serialization;
using Datahall.Model;

namespace Datahall.Control.Store;

/// <summary>Something that happened to a resource, for people.</summary>
/// <param name="Sequence">Numbers all events of a store from 1, in order.</param>
/// <param name="Time">When.</param>
/// <param name="About">To which resource.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Reason">What, in a word for programs, such as <c>Placed</c> or <c>NodeLost</c>.</param>
/// <param name="Message">What, in a sentence for people.</param>
public sealed record ControlEvent(
    long Sequence, DateTimeOffset Time, ResourceKey About, EventSeverity Severity, string Reason, string Message);

/// <summary>How bad an event is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EventSeverity>))]
public enum EventSeverity
{
    /// <summary>As it should be.</summary>
    [JsonStringEnumMemberName("normal")]
    Normal,

    /// <summary>Somebody may want to look.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,
}

/// <summary>Which events to read.</summary>
/// <param name="After">Only those with a higher sequence number.</param>
/// <param name="About">Only those of this resource; null for all.</param>
/// <param name="Newest">At most so many, the newest of them.</param>
public sealed record EventQuery(long After, ResourceKey? About, int Newest);
