using Datahall.Monitoring.Diagnosis;

namespace Datahall.Monitoring.Tests.Diagnosis;

public sealed class DiagnosisRunTests
{
    private static readonly DiagnosisCatalogue Catalogue = DiagnosisCatalogue.Load();

    [Fact]
    public void The_action_of_xid_154_stands_first_in_the_advice_of_the_error_beside_it()
    {
        var found = Catalogue.Diagnose(
        [
            "NVRM: Xid (PCI:0000:18:00): 119, pid=1, name=python, Timeout after 6s of waiting for RPC response from GPU0 GSP!",
            "NVRM: Xid (PCI:0000:18:00): 154, GPU recovery action changed from 0x0 (None) to 0x2 (Node Reboot Required)",
        ]);

        var only = Assert.Single(found);
        Assert.Equal(("xid-gsp", "0000:18:00"), (only.Id, only.Device));
        Assert.StartsWith("The driver asks for: Node Reboot Required (Xid 154). Drain the node", only.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_shows_a_failure_by_its_words_and_by_its_number_counts_once()
    {
        var only = Assert.Single(Catalogue.Diagnose(["NVRM: Xid (PCI:0000:18:00): 120, pid=1, name=python, GSP task timeout @ pc:0x1234"]));

        Assert.Equal(("xid-gsp", "0000:18:00", 1L, 1), (only.Id, only.Device, only.Count, only.Evidence.Count));
    }

    [Fact]
    public void Xid_154_alone_is_told_with_its_action()
    {
        var only = Assert.Single(Catalogue.Diagnose(["NVRM: Xid (PCI:0000:18:00): 154, GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required)"]));

        Assert.Contains("GPU Reset Required", only.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void What_follows_a_memory_error_on_the_same_gpu_is_named_with_it()
    {
        var found = Catalogue.Diagnose(
        [
            "NVRM: Xid (PCI:0000:3b:00): 48, pid=2199, name=python3, DBE (double bit error) ECC Error",
            "NVRM: Xid (PCI:0000:3b:00): 94, pid=2199, name=python3, Contained: SM (0x1)",
            "NVRM: Xid (PCI:0000:3b:00): 45, pid=2199, name=python3, Ch 00000008",
            "NVRM: Xid (PCI:0000:af:00): 94, pid=3000, name=python3, Contained: SM (0x1)",
        ]);

        Assert.Equal([("xid-48", "0000:3b:00"), ("xid-94", "0000:af:00")], found.Select(static one => (one.Id, one.Device)));
        Assert.Equal(["Memory error of the GPU, contained (0000:3b:00)", "Work on the GPU was cleaned up after another error (0000:3b:00)"], found[0].Followed);
    }

    [Fact]
    public void Link_errors_of_other_gpus_follow_the_one_that_fell_off_the_bus()
    {
        var found = Catalogue.Diagnose(
        [
            "NVRM: Xid (PCI:0000:1b:00): 74, pid=1, name=python, NVLink: fatal error detected on link 4(0x10000)",
            "NVRM: Xid (PCI:0000:18:00): 79, pid=1, name=python, GPU has fallen off the bus.",
            "NVRM: GPU 0000:18:00.0: GPU has fallen off the bus.",
            "nvidia-nvswitch1: SXid (PCI:0000:86:00.0): 20034, Fatal, Link 61 LTSSM Fault Up",
        ]);

        Assert.Equal("xid-79", Assert.Single(found).Id);
        Assert.Equal(3, found[0].Followed.Count);
    }

    [Fact]
    public void A_program_error_that_one_gpu_shows_again_and_again_is_one_of_the_hardware()
    {
        const string line = "NVRM: Xid (PCI:0000:3b:00): 31, pid=9, name=a, MMU Fault";

        var once = Assert.Single(Catalogue.Diagnose([line]));
        var often = Assert.Single(Catalogue.Diagnose([line, line, line]));

        Assert.Equal((DiagnosisSeverity.Warning, RetryAdvice.AfterChange), (once.Severity, once.Retry));
        Assert.Equal((DiagnosisSeverity.Critical, RetryAdvice.Elsewhere, 3L), (often.Severity, often.Retry, often.Count));
    }

    [Fact]
    public void The_last_resort_is_silent_when_something_better_is_known()
    {
        var found = Catalogue.Diagnose(
        [
            "Traceback (most recent call last):",
            "  File \"train.py\", line 3, in <module>",
            "ModuleNotFoundError: No module named 'transformers'",
        ]);

        Assert.Equal("import-error", Assert.Single(found).Id);
        Assert.Equal("python-value", Assert.Single(Catalogue.Diagnose(["Traceback (most recent call last):", "ValueError: bad"])).Id);
    }

    [Fact]
    public void The_worst_comes_first()
    {
        var found = Catalogue.Diagnose(["OSError: [Errno 98] Address already in use", "OSError: [Errno 28] No space left on device"]);

        Assert.Equal(["disk-full", "port-in-use"], found.Select(static one => one.Id));
    }

    [Fact]
    public void Evidence_can_be_shown_and_is_bounded()
    {
        var only = Assert.Single(Catalogue.Diagnose(Enumerable.Repeat("\u001b[31mNo space left on device\u001b[0m \u202e<script>" + new string('x', 100_000), 50)));

        Assert.Equal((DiagnosisRun.EvidenceKept, 50L), (only.Evidence.Count, only.Count));
        Assert.All(only.Evidence, static line => Assert.True(line.Length < 450 && !line.Any(char.IsControl) && !line.Contains('\u202e', StringComparison.Ordinal)));
    }

    [Fact]
    public void Any_bytes_are_borne_and_only_the_first_of_a_line_count()
    {
        var run = Catalogue.Begin();
        var line = new byte[1_000_000];
        "loss nan loss nan AER: PCIe Bus Error EDAC nvme0 NVRM: Xid (".AsSpan().CopyToBytes(line);
        new Random(3).NextBytes(line.AsSpan(100));

        for (var i = 0; i < 50; i++)
        {
            run.Add(line);
        }

        Assert.True(run.Result().Count <= 1); // Only what its first 8 KiB say.
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Nothing_behind_the_first_bytes_of_a_line_is_read(int beyond, bool expected)
    {
        const string Failure = "No space left on device";

        var isSeen = Catalogue.Begin().Add(System.Text.Encoding.ASCII.GetBytes(new string('x', DiagnosisCatalogue.MaxBytes - Failure.Length + beyond) + Failure));

        Assert.Equal(expected, isSeen);
    }

    [Fact]
    public void Devices_are_bounded()
    {
        var found = Catalogue.Diagnose(Enumerable.Range(0, 5_000).Select(static i => $"NVRM: Xid (PCI:{i:x8}): 79, GPU has fallen off the bus."));

        Assert.Equal(DiagnosisRun.MaxFindings, found.Count);
    }
}

internal static class Letters
{
    public static void CopyToBytes(this ReadOnlySpan<char> text, Span<byte> bytes) => System.Text.Encoding.ASCII.GetBytes(text, bytes);
}
