using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Datahall.Monitoring.Diagnosis;

/// <summary>The failures that are known, read from <c>catalogue.yaml</c>. It is safe for several threads.</summary>
/// <remarks>A line costs one pass for all literals. Expressions are matched in time linear in the line (<see cref="RegexOptions.NonBacktracking"/>), and only where their literal stands.</remarks>
public sealed class DiagnosisCatalogue
{
    /// <summary>Bytes of a line that are looked at.</summary>
    public const int MaxBytes = 8192;

    private static readonly Lazy<DiagnosisCatalogue> BuiltIn = new(ReadBuiltIn);

    private readonly LiteralMatcher literals;
    private readonly (CatalogueEntry Entry, Regex? Pattern)[] signatures;
    private readonly FrozenDictionary<(bool IsSwitch, int Code), CatalogueEntry> codes;

    private DiagnosisCatalogue(IReadOnlyList<CatalogueEntry> entries)
    {
        Entries = entries;
        var all = entries.SelectMany(static entry => entry.Signatures.Select(signature => (Entry: entry, Signature: signature))).ToList();
        literals = new([.. all.Select(static pair => pair.Signature.Literal)]);
        signatures = [.. all.Select(static pair => (pair.Entry, Pattern(pair.Entry, pair.Signature)))];
        codes = entries.SelectMany(static entry => entry.Xid.Select(code => (IsSwitch: false, code, entry)).Concat(entry.Sxid.Select(code => (IsSwitch: true, code, entry))))
            .ToFrozenDictionary(static pair => (pair.IsSwitch, pair.code), static pair => pair.entry);
    }

    /// <summary>How many failures are known.</summary>
    public int Count => Entries.Count;

    internal IReadOnlyList<CatalogueEntry> Entries { get; }

    /// <summary>The catalogue that comes with the program.</summary>
    public static DiagnosisCatalogue Load() => BuiltIn.Value;

    /// <summary>What the lines tell of failures: the worst first, then in the order of their first lines.</summary>
    /// <param name="lines">Lines of a log in their order, such as the last of a failed task or of a kernel.</param>
    public IReadOnlyList<Diagnosis> Diagnose(IEnumerable<string> lines)
    {
        var run = Begin();
        foreach (var line in lines)
        {
            run.Add(Encoding.UTF8.GetBytes(line));
        }

        return run.Result();
    }

    /// <summary>Begins a diagnosis whose lines come one by one.</summary>
    public DiagnosisRun Begin() => new(this);

    /// <summary>Reads a catalogue.</summary>
    /// <exception cref="FormatException">It is no YAML of this form, an entry lacks something, two have one id, or a literal or expression is wrong; the message says where.</exception>
    internal static DiagnosisCatalogue Parse(string yaml)
    {
        List<CatalogueEntry> entries;
        try
        {
            entries = new DeserializerBuilder().WithNamingConvention(HyphenatedNamingConvention.Instance).WithEnumNamingConvention(HyphenatedNamingConvention.Instance)
                .Build().Deserialize<List<CatalogueEntry>>(yaml);
        }
        catch (YamlException e)
        {
            throw new FormatException($"catalogue:{e.Start.Line}:{e.Start.Column}: {e.InnerException?.Message ?? e.Message}", e);
        }

        Check(entries);
        return new(entries);
    }

    /// <summary>Adds the entries a line shows, each once.</summary>
    internal void Match(ReadOnlySpan<byte> line, List<int> numbers, List<CatalogueEntry> shown)
    {
        numbers.Clear();
        literals.Find(line, numbers);
        string? text = null;
        foreach (var number in numbers)
        {
            var (entry, pattern) = signatures[number];
            if (!shown.Contains(entry) && (pattern?.IsMatch(text ??= Encoding.UTF8.GetString(line)) ?? true))
            {
                shown.Add(entry);
            }
        }
    }

    internal CatalogueEntry? Find(DriverError error) => codes.GetValueOrDefault((error.IsSwitch, error.Code));

    private static Regex? Pattern(CatalogueEntry entry, Signature signature)
    {
        try
        {
            return signature.Pattern is { } pattern ? new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant) : null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"catalogue: {entry.Id}: {e.Message}", e);
        }
    }

    private static void Check(List<CatalogueEntry> entries)
    {
        HashSet<string> ids = [];
        foreach (var entry in entries)
        {
            List<ValidationResult> wrong = [];
            if (!Validator.TryValidateObject(entry, new(entry), wrong))
            {
                throw new FormatException($"catalogue: {entry.Id}: {wrong[0].ErrorMessage}");
            }

            if (!ids.Add(entry.Id))
            {
                throw new FormatException($"catalogue: {entry.Id}: there are two entries of this id");
            }

            if (entry.Signatures.Any(static signature => signature.Literal.Length == 0 || !Ascii.IsValid(signature.Literal)))
            {
                throw new FormatException($"catalogue: {entry.Id}: a signature needs a literal of ASCII letters");
            }
        }

        if (entries.SelectMany(static entry => entry.Follows.Concat(entry.FollowsAnywhere)).FirstOrDefault(id => !ids.Contains(id)) is { } unknown)
        {
            throw new FormatException($"catalogue: there is no entry '{unknown}' that another could follow");
        }
    }

    private static DiagnosisCatalogue ReadBuiltIn()
    {
        using var stream = typeof(DiagnosisCatalogue).Assembly.GetManifestResourceStream("Datahall.Monitoring.Diagnosis.catalogue.yaml")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }
}
