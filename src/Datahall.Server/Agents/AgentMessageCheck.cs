using System.Text.RegularExpressions;
using Datahall.Control.Agents;

namespace Datahall.Server.Agents;

/// <summary>Refuses agents' messages that no honest agent sends, before they reach the core.</summary>
internal static partial class AgentMessageCheck
{
    private const int MaxSessionLength = 128;
    private const int MaxTextLength = 1_024;
    private const int MaxItems = 10_000;
    private const int MaxLabels = 256;

    /// <summary>What is wrong with a registration; null when nothing is.</summary>
    public static string? Fault(Registration registration) =>
        Fault(registration.Node, registration.Session)
        ?? (registration.Address is { Length: 0 or > 255 } ? "address must have 1 to 255 characters" : null)
        ?? Fault(registration.Capacity)
        ?? (registration.Labels.Count > MaxLabels || registration.Labels.Any(label => label.Key.Length is 0 or > 255 || label.Value.Length > 255)
            ? $"labels must be at most {MaxLabels}, each key and value at most 255 characters"
            : null)
        ?? (registration.Macs.Count > 64 || registration.Macs.Any(static mac => !Mac.IsMatch(mac)) ? "macs must be at most 64 addresses such as 0c:42:a1:00:00:01" : null)
        ?? (IsLong(registration.Agent) || IsLong(registration.Limits) || IsLong(registration.StoreIdentity)
            ? $"agent, limits and storeIdentity must have at most {MaxTextLength} characters"
            : null);

    /// <summary>What is wrong with a report; null when nothing is.</summary>
    public static string? Fault(NodeReport report)
    {
        if (Fault(report.Node, report.Session) is { } fault)
        {
            return fault;
        }

        if (report.Tasks is not { } tasks)
        {
            return null;
        }

        if (tasks.Count > MaxItems)
        {
            return $"tasks has {tasks.Count} entries: a node has at most {MaxItems}";
        }

        var seen = new HashSet<AttemptKey>(tasks.Count);
        foreach (var task in tasks)
        {
            if (task.Task.Length is 0 or > 255 || IsLong(task.Reason) || task.Message is { Length: > 8 * MaxTextLength })
            {
                return "a task's name, reason or message is empty or too long";
            }

            if (!seen.Add(new(task.Task, task.Fence)))
            {
                return $"{task.Task}@{task.Fence} is reported twice";
            }
        }

        return null;
    }

    /// <summary>What is wrong with readings; null when nothing is.</summary>
    public static string? Fault(NodeReadings readings) =>
        Fault(readings.Node, "any")
        ?? (readings.Tasks.Count > MaxItems || readings.Devices.Count > MaxItems ? $"readings name more than {MaxItems} tasks or devices" : null);

    /// <summary>What is wrong with a node's name or a session; null when nothing is.</summary>
    public static string? Fault(string? node, string? session) =>
        node is null || session is null
            ? "node and session must be given"
            : !NodeName.IsMatch(node)
                ? $"'{(node.Length > 80 ? node[..80] : node)}' is not a node's name: use lower-case letters, digits, '-' and '.', at most 63 characters, with a letter or digit at both ends"
                : session.Length is 0 or > MaxSessionLength ? $"session must have 1 to {MaxSessionLength} characters" : null;

    private static string? Fault(Model.NodeCapacity capacity) =>
        capacity.Cpu.Milli < 0 || capacity.Memory.Value < 0 || capacity.Disk.Value < 0
            ? "capacity must not be negative"
            : capacity.FirstPort is < 1 or > 65_535 || capacity.Ports < 0 || capacity.FirstPort + capacity.Ports > 65_536
                ? $"ports {capacity.FirstPort} to {(long)capacity.FirstPort + capacity.Ports - 1} are not TCP ports"
                : capacity.Devices.Count > 1_024 ? "capacity has more than 1024 devices" : null;

    private static bool IsLong(string? text) => text is { Length: > MaxTextLength };

    [GeneratedRegex("^[0-9a-f]{2}(:[0-9a-f]{2}){5}$")]
    private static partial Regex Mac { get; }

    [GeneratedRegex("^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$")]
    private static partial Regex NodeName { get; }
}
