using System.Text;
using Datahall.Model;
using Datahall.Monitoring.Diagnosis;
using Datahall.Monitoring.Lines;

namespace Datahall.Server.Diagnosis;

/// <summary>Turns lines of a log into what is kept with a task.</summary>
internal static class FailureReading
{
    private const int MostCauses = 3;
    private const int MostLastLines = 5;

    /// <summary>What the lines, and the agent's own message, tell of why an attempt failed.</summary>
    public static TaskFailure Of(IReadOnlyList<byte[]> lines, string? message, string node, int attempt, long fence)
    {
        var run = DiagnosisCatalogue.Load().Begin();
        foreach (var line in lines)
        {
            run.Add(line);
        }

        // The agent knows what no log has: that the kernel killed it, or that it never began.
        if (message is not null)
        {
            run.Add(Encoding.UTF8.GetBytes(message));
        }

        List<FailureCause> causes = [.. run.Result().Take(MostCauses).Select(Cause)];
        return new()
        {
            Attempt = attempt,
            Fence = fence,
            Node = node,
            Causes = causes,
            LastLines = causes.Count > 0 ? [] : [.. lines.Where(static line => line.Length > 0).TakeLast(MostLastLines).Select(static line => PrintableText.Of(line)), .. message is null ? Array.Empty<string>() : [message]],
        };
    }

    private static FailureCause Cause(Monitoring.Diagnosis.Diagnosis diagnosis) => new()
    {
        Id = diagnosis.Id,
        Title = diagnosis.Title,
        Severity = diagnosis.Severity.ToString().ToLowerInvariant(),
        Cause = diagnosis.Cause,
        Advice = diagnosis.Advice,
        Retry = diagnosis.Retry switch { RetryAdvice.Yes => "yes", RetryAdvice.Elsewhere => "elsewhere", _ => "after-change" },
        Device = diagnosis.Device,
        Evidence = diagnosis.Evidence,
    };
}
