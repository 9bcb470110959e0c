using System.Text.Json.Serialization;

namespace Datahall.Control.Agents;

/// <summary>Why an agent says goodbye.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LeaveReason>))]
public enum LeaveReason
{
    /// <summary>The agent ends.</summary>
    [JsonStringEnumMemberName("end")]
    End,

    /// <summary>The agent puts its machine to sleep.</summary>
    [JsonStringEnumMemberName("sleep")]
    Sleep,
}
