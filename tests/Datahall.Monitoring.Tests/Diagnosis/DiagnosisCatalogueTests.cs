using Datahall.Monitoring.Diagnosis;

namespace Datahall.Monitoring.Tests.Diagnosis;

public sealed class DiagnosisCatalogueTests
{
    public static TheoryData<string> Ids => [.. DiagnosisCatalogue.Load().Entries.Select(static entry => entry.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Each_entry_knows_its_lines_and_leaves_those_that_look_alike(string id)
    {
        var catalogue = DiagnosisCatalogue.Load();
        var entry = catalogue.Entries.Single(entry => entry.Id == id);

        Assert.NotEmpty(entry.Positive);
        Assert.NotEmpty(entry.NearMiss);
        Assert.All(entry.Positive, line => Assert.Contains(id, Shown(catalogue, line)));
        Assert.All(entry.NearMiss, line => Assert.DoesNotContain(id, Shown(catalogue, line)));
        Assert.All(entry.Positive, line => Assert.NotEmpty(catalogue.Diagnose([line])));
    }

    [Fact]
    public void The_catalogue_knows_what_the_issue_names()
    {
        var ids = DiagnosisCatalogue.Load().Entries.Select(static entry => entry.Id).ToList();

        Assert.True(ids.Count >= 90, $"{ids.Count} entries");
        Assert.All(
            (string[])["xid-79", "xid-48", "sxid-fatal", "xid-74", "nccl-timeout", "ib-completion-error", "xid-63", "link-flap", "bus-fallen-off", "gpu-out-of-memory",
                "host-oom", "cgroup-oom", "disk-full", "read-only-file-system", "nvme", "nfs", "gpu-thermal", "xid-gsp", "kernel-hang", "checkpoint-load", "data-loader",
                "import-error", "file-not-found", "shape-mismatch", "nan-loss", "permission", "port-in-use", "dns", "certificate", "driver-mismatch", "licence", "image-missing"],
            id => Assert.Contains(id, ids));
    }

    [Fact]
    public void No_code_has_two_entries_and_the_codes_of_the_vendor_that_ask_for_a_reset_are_known()
    {
        var known = DiagnosisCatalogue.Load().Entries.SelectMany(static entry => entry.Xid).ToList();

        Assert.Distinct(known);
        var resets = File.ReadLines(SharedData.Find("logs/xid_catalog.csv")).Skip(1)
            .Where(static line => line.Contains(",RESET_GPU,", StringComparison.Ordinal) || line.Contains(",RESTART_BM,", StringComparison.Ordinal))
            .Select(static line => int.Parse(line[..line.IndexOf(',', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.NotEmpty(resets);
        Assert.All(resets, code => Assert.Contains(code, known));
    }

    [Theory]
    [InlineData("- id: a\n  title: t", "catalogue: a: The Cause field is required.")]
    [InlineData("- idd: a", "catalogue:1:3: ")]
    [InlineData("- { id: a, title: t, cause: c, advice: d, source: s, signatures: [{ literal: '' }] }", "a signature needs a literal")]
    [InlineData("- { id: a, title: t, cause: c, advice: d, source: s, follows: [b] }", "there is no entry 'b'")]
    [InlineData("- { id: a, title: t, cause: c, advice: d, source: s, signatures: [{ literal: x, pattern: '(?<=a)x' }] }", "catalogue: a: ")]
    public void Parse_says_where_a_catalogue_is_wrong(string yaml, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => DiagnosisCatalogue.Parse(yaml)).Message, StringComparison.Ordinal);

    private static IEnumerable<string> Shown(DiagnosisCatalogue catalogue, string line)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(line);
        List<CatalogueEntry> shown = [];
        catalogue.Match(bytes, [], shown);
        return shown.Select(static entry => entry.Id)
            .Concat(DriverError.TryRead(bytes, out var error) && catalogue.Find(error) is { } entry ? [entry.Id] : []);
    }
}
