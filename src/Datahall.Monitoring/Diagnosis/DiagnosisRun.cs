using Datahall.Monitoring.Lines;

namespace Datahall.Monitoring.Diagnosis;

/// <summary>A diagnosis in the making. Memory is bounded by the catalogue and the devices that lines name, at most <see cref="MaxFindings"/> of both. Not safe for several threads.</summary>
public sealed class DiagnosisRun
{
    /// <summary>Lines kept as evidence of each failure.</summary>
    public const int EvidenceKept = 3;

    /// <summary>Failures on devices that are told apart; more are not taken up.</summary>
    public const int MaxFindings = 2_000;

    private const string RecoveryAction = "xid-154";

    private readonly DiagnosisCatalogue catalogue;
    private readonly Dictionary<(CatalogueEntry Entry, string? Device), Finding> findings = [];
    private readonly List<int> numbers = [];
    private readonly List<CatalogueEntry> shown = [];

    internal DiagnosisRun(DiagnosisCatalogue catalogue) => this.catalogue = catalogue;

    /// <summary>Takes a line, in UTF-8; of a long one the first <see cref="DiagnosisCatalogue.MaxBytes"/> bytes count.</summary>
    /// <returns>Whether it shows a failure.</returns>
    public bool Add(ReadOnlySpan<byte> line)
    {
        line = line[..Math.Min(line.Length, DiagnosisCatalogue.MaxBytes)];
        shown.Clear();
        catalogue.Match(line, numbers, shown);
        string? device = null;
        if (DriverError.TryRead(line, out var error) && catalogue.Find(error) is { } entry)
        {
            device = error.Device;
            if (!shown.Contains(entry)) // The words of the line may have shown it already.
            {
                shown.Add(entry);
            }
        }

        foreach (var one in shown)
        {
            Note(one, device, line);
        }

        return shown.Count > 0;
    }

    /// <summary>What is known now: the worst first, then in the order of their first lines. What only followed from another is named with that one.</summary>
    public IReadOnlyList<Diagnosis> Result()
    {
        var byEntry = findings.Values.ToLookup(static finding => finding.Entry.Id);
        var byDevice = findings.Values.ToLookup(static finding => finding.Device ?? "");
        var followers = findings.Values.Select(finding => (Finding: finding, Cause: CauseOf(finding, byEntry, byDevice)))
            .ToLookup(static pair => pair.Cause, static pair => pair.Finding);
        var causes = followers[null].ToList();
        if (causes.Exists(static finding => !finding.Entry.LastResort))
        {
            causes.RemoveAll(static finding => finding.Entry.LastResort);
        }

        return [.. causes.OrderByDescending(static finding => finding.Severity).Select(finding => Describe(finding, followers[finding]))];
    }

    private void Note(CatalogueEntry entry, string? device, ReadOnlySpan<byte> line)
    {
        if (!findings.TryGetValue((entry, device), out var finding))
        {
            if (findings.Count >= MaxFindings)
            {
                return;
            }

            findings[(entry, device)] = finding = new(entry, device);
        }

        finding.Count++;
        if (finding.Evidence.Count < EvidenceKept)
        {
            finding.Evidence.Add(PrintableText.Of(line));
        }
    }

    private static Finding? CauseOf(Finding finding, ILookup<string, Finding> byEntry, ILookup<string, Finding> byDevice) => finding.Entry.Id is RecoveryAction
        ? byDevice[finding.Device ?? ""].FirstOrDefault(other => other != finding && other.Entry.Xid.Count > 0)
        : finding.Entry.Follows.SelectMany(id => byEntry[id]).FirstOrDefault(other => other.Device == finding.Device)
            ?? finding.Entry.FollowsAnywhere.SelectMany(id => byEntry[id]).FirstOrDefault();

    private static Diagnosis Describe(Finding finding, IEnumerable<Finding> followers)
    {
        var entry = finding.Entry;
        var action = followers.Where(static other => other.Entry.Id is RecoveryAction).Append(finding).Where(static one => one.Entry.Id is RecoveryAction)
            .SelectMany(static one => one.Evidence).Select(DriverError.RecoveryAction).LastOrDefault(static action => action is not null);
        var advice = finding.Repeated?.Advice ?? entry.Advice;
        return new(
            entry.Id, entry.Title, finding.Severity, entry.Cause,
            action is null ? advice : $"The driver asks for: {action} (Xid 154). {advice}", // The driver knows its GPU best: that stands first.
            finding.Repeated?.Retry ?? entry.Retry, [.. finding.Evidence])
        {
            Count = finding.Count,
            Device = finding.Device,
            Source = entry.Source,
            Followed = [.. followers.Where(static other => other.Entry.Id is not RecoveryAction)
                .Select(static other => other.Device is null ? other.Entry.Title : $"{other.Entry.Title} ({other.Device})")],
        };
    }

    private sealed class Finding(CatalogueEntry entry, string? device)
    {
        public CatalogueEntry Entry { get; } = entry;

        public string? Device { get; } = device;

        public List<string> Evidence { get; } = [];

        public long Count { get; set; }

        public Repetition? Repeated => Entry.Repeated is { } repetition && Count >= repetition.Times ? repetition : null;

        public DiagnosisSeverity Severity => Repeated?.Severity ?? Entry.Severity;
    }
}
