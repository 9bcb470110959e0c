using System.Globalization;
using System.Text.Json;
using Datahall.Cli.Apply;
using Datahall.Cli.Client;
using Datahall.Cli.Output;
using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Control.Planning;
using Datahall.Model.Manifests;
using Datahall.Server.Snapshots;

namespace Datahall.Cli.Simulate;

/// <summary>What to do with a snapshot.</summary>
/// <param name="File">The snapshot.</param>
/// <param name="Manifests">What to plan; empty: the next step.</param>
/// <param name="At">When; null: the snapshot's own time.</param>
internal sealed record SnapshotRequest(string File, IReadOnlyList<string> Manifests, DateTimeOffset? At)
{
    /// <summary>Reads what the options say; null when none of them is given.</summary>
    /// <exception cref="CommandFailure">There is no file for them, or the time is none.</exception>
    public static SnapshotRequest? Of(string? file, IReadOnlyList<string> manifests, string? at)
    {
        if (file is null)
        {
            return manifests.Count == 0 && at is null ? null : throw CommandFailure.Usage("--apply and --at go with --snapshot FILE");
        }

        if (at is null)
        {
            return new(file, manifests, null);
        }

        return DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? new(file, manifests, time)
            : throw CommandFailure.Usage($"--at: '{at}' is no time; write it like 2026-05-01T14:20:00Z");
    }
}

/// <summary>Makes a core of a snapshot and tells what it decides: the same each time.</summary>
internal static class SnapshotRuns
{
    public static int Run(Terminal terminal, SnapshotRequest request, OutputFormat format)
    {
        var (core, snapshot) = Open(request);
        if (request.Manifests.Count > 0)
        {
            WritePlan(terminal, core, Manifests.Read(request.Manifests), snapshot.Now, format);
        }
        else
        {
            WriteDecision(terminal, SnapshotDecision.Of(core, snapshot), format);
        }

        return (int)ExitCode.Done;
    }

    // Leases are not in the snapshot: every node is taken to have been heard of at the time of the replay.
    private static (ControlCore Core, CoreSnapshot Snapshot) Open(SnapshotRequest request)
    {
        try
        {
            var read = SnapshotFile.Read(request.File);
            var snapshot = read with { Now = request.At ?? read.Now };
            return snapshot.Now < read.Now
                ? throw CommandFailure.Usage($"--at is {snapshot.Now:u}, before the snapshot's own time, {read.Now:u}")
                : (new(snapshot.Options, snapshot.Start, snapshot.Now), snapshot);
        }
        catch (Exception e) when (e is SnapshotException or ArgumentException)
        {
            throw CommandFailure.Usage(e.Message);
        }
    }

    private static void WriteDecision(Terminal terminal, SnapshotDecision decision, OutputFormat format)
    {
        if (format is OutputFormat.Json)
        {
            terminal.Out.WriteLine(ResourceWriter.Json(JsonSerializer.SerializeToElement(decision, DecisionJson.Default.SnapshotDecision)));
            return;
        }

        foreach (var line in DecisionText.Lines(decision))
        {
            terminal.Out.WriteLine(line);
        }
    }

    private static void WritePlan(Terminal terminal, ControlCore core, ManifestResult read, DateTimeOffset now, OutputFormat format)
    {
        var plan = core.Plan(new Control.Inputs.Apply(read.Resources), now);
        if (plan.Outcome is Refused refused)
        {
            throw Manifests.Locate(read, CommandFailure.Refused(
                refused.Errors.Count == 1 ? $"{refused.Errors[0].Key}: {refused.Errors[0].Message}" : $"{refused.Errors.Count} errors; nothing would be changed",
                [.. refused.Errors.Select(static error => error.Path is null ? $"{error.Key}: {error.Message}" : $"{error.Key}: {error.Path}: {error.Message}")]));
        }

        var answer = Answer(plan, core.Revision);
        if (format is OutputFormat.Json)
        {
            terminal.Out.WriteLine(ResourceWriter.Json(JsonSerializer.SerializeToElement(answer, DecisionJson.Default.ApplyAnswer)));
        }
        else
        {
            ApplyReport.Write(terminal, answer, now);
        }
    }

    private static ApplyAnswer Answer(ApplyPlan plan, long revision)
    {
        var accepted = (Accepted)plan.Outcome;
        return new(
            revision,
            true,
            [.. accepted.Changed.Select(static change => new AppliedChange(change.Key.Kind, change.Key.Name, Phase.Word(change.Action), null))],
            [.. accepted.Remarks.Select(static remark => new RemarkMessage(remark.Key.Kind, remark.Key.Name, remark.Path, remark.Message))],
            new(
                [.. plan.Tasks.Select(static task => new PlannedTaskMessage(task.Task, task.Node, task.Devices, task.Start, task.After, task.Reason))],
                [.. plan.Stopped.Select(static task => new StoppedTaskMessage(task.Task, task.Owner, task.Node, task.WorkLost))]));
    }
}
