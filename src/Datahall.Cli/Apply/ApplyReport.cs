using System.Text.Encodings.Web;
using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Cli.Output;

namespace Datahall.Cli.Apply;

/// <summary>Tells what an apply did to each resource; of a dry run, also every field and what the scheduler would do.</summary>
internal static class ApplyReport
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the answer.</summary>
    /// <param name="terminal">Results go to its output, what should be known besides to the other side.</param>
    /// <param name="answer">What was or would be done.</param>
    /// <param name="now">The time that starts are counted from.</param>
    public static void Write(Terminal terminal, ApplyAnswer answer, DateTimeOffset now)
    {
        foreach (var change in answer.Changes)
        {
            var action = terminal.Paint(change.Action, Colour(change.Action));
            terminal.Out.WriteLine($"{change.Kind.ToLowerInvariant()}/{change.Name} {action}{(answer.DryRun ? " (dry run)" : "")}");
            if (answer.DryRun)
            {
                WriteDiff(terminal, change.Diff ?? []);
            }
        }

        foreach (var line in answer.Plan is { } plan ? PlanText.Lines(plan, now, terminal.IsInteractive ? PlanDetail.Roles : PlanDetail.Tasks) : [])
        {
            terminal.Out.WriteLine(line);
        }

        terminal.Out.Flush();
        foreach (var remark in answer.Remarks ?? [])
        {
            terminal.Error.WriteLine($"{terminal.Paint("note:", Ink.Yellow)} {remark.Kind.ToLowerInvariant()}/{remark.Name}: {remark.Path}: {remark.Message}");
        }
    }

    private static void WriteDiff(Terminal terminal, IReadOnlyList<FieldChange> diff)
    {
        foreach (var field in diff)
        {
            if (field.Before is { } before)
            {
                terminal.Out.WriteLine(terminal.Paint($"  - {field.Path}: {Text(before)}", Ink.Red));
            }

            if (field.After is { } after)
            {
                terminal.Out.WriteLine(terminal.Paint($"  + {field.Path}: {Text(after)}", Ink.Green));
            }
        }
    }

    private static string Text(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.String)
        {
            return value.GetString()!;
        }

        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Compact))
        {
            value.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static Ink Colour(string action) => action switch
    {
        "created" => Ink.Green,
        "configured" => Ink.Yellow,
        "deleted" => Ink.Red,
        _ => Ink.Faint,
    };
}
