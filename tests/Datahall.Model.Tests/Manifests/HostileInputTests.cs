using System.Globalization;
using System.Text;
using CsCheck;
using Datahall.Model.Manifests;

namespace Datahall.Model.Tests.Manifests;

/// <summary>Input that is meant to hurt is answered with an error, from counts and not from a clock.</summary>
public sealed class HostileInputTests
{
    [Fact]
    public void Read_refuses_a_bomb_of_aliases_at_its_aliases()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i <= 9; i++)
        {
            bomb.Append(CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        }

        var result = ManifestReader.Read("bomb.yaml", bomb.ToString());

        Assert.Equal("bomb.yaml:2:10: the alias '*a0' is not allowed; write the value out", result.Errors[1].ToString());
        Assert.Equal(82, result.Errors.Count);
    }

    [Theory]
    [InlineData("[", 200_000)]
    [InlineData("{\"a\":", 200_000)]
    [InlineData("{a: ", 200_000)]
    [InlineData("- ", 200_000)]
    public void Read_refuses_deep_nesting(string opening, int depth)
    {
        var manifest = new StringBuilder().Insert(0, opening, depth).ToString();

        var error = Assert.Single(ManifestReader.Read("deep", manifest).Errors);

        Assert.Equal($"deep:1:{(64 * opening.Length) + 1}: nested deeper than 64 levels", error.ToString());
    }

    [Fact]
    public void Read_refuses_more_bytes_than_the_limit_before_it_parses()
    {
        var result = ManifestReader.Read("big", new byte[ManifestLimits.Default.MaxBytes + 1]);

        Assert.Equal(["big:1:1: the file has 10485761 bytes; the most is 10485760: split it"], result.Errors.Select(static error => error.ToString()));
    }

    [Theory]
    [InlineData("[{0}]", "0,")]
    [InlineData("{0}", "- 0\n")]
    public void Read_refuses_more_nodes_than_the_limit(string format, string item)
    {
        var manifest = string.Format(CultureInfo.InvariantCulture, format, new StringBuilder().Insert(0, item, 1200).Append(item.TrimEnd(',')));

        var result = ManifestReader.Read("many", manifest, new() { MaxNodes = 1000 });

        Assert.Equal("more than 1000 names and values in one file; split it", Assert.Single(result.Errors).Message);
    }

    [Theory]
    [InlineData("{{\"kind\": \"{0}\"}}")]
    [InlineData("kind: \"{0}\"")]
    [InlineData("kind: {0}")]
    public void Read_refuses_a_huge_text(string format)
    {
        var manifest = string.Format(CultureInfo.InvariantCulture, format, new string('x', 9_000_000));

        var result = ManifestReader.Read("huge", manifest);

        Assert.Equal("a value of 9000000 characters; the most is 1048576", Assert.Single(result.Errors).Message);
    }

    [Fact]
    public void Read_takes_ten_megabytes_of_jobs()
    {
        var manifest = new StringBuilder();
        var jobs = 0;
        while (manifest.Length < 10_000_000)
        {
            manifest.Append(CultureInfo.InvariantCulture, $"---\nkind: Job\nname: job-{jobs++}\n").Append(
                "spec: {roles: [{name: worker, replicas: 2, resources: {cpu: 1, memory: 2Gi}, run: {process: {command: [datahall, train]}}}]}\n");
        }

        var result = ManifestReader.Read("jobs.yaml", manifest.ToString());

        Assert.Empty(result.Errors);
        Assert.Equal(jobs, result.Resources.Count);
    }

    [Fact]
    public void Read_stops_after_a_hundred_errors()
    {
        var manifest = new StringBuilder("kind: Queue\nname: q\nspec:\n");
        for (var i = 0; i < 200_000; i++)
        {
            manifest.Append(CultureInfo.InvariantCulture, $"  unknown{i}: 1\n");
        }

        var result = ManifestReader.Read("q.yaml", manifest.ToString());

        Assert.Equal(101, result.Errors.Count);
        Assert.Equal("reading stopped after 100 errors; mend these first", result.Errors[^1].Message);
    }

    [Fact]
    public void Read_answers_any_bytes_with_errors_and_never_throws() =>
        Gen.Byte.Array[0, 200].Sample(static bytes => ManifestReader.Read("any", bytes).Errors.Count > 0, iter: 5_000);

    [Fact]
    public void Read_answers_any_damage_to_a_manifest_and_never_throws()
    {
        const string alphabet = "{}[]\"':,-?&*!|>%@`# \n\t\\~<=0aé😀";
        const string manifest = """
            kind: Job
            name: ner
            labels: {"a": 'b'}
            spec:
              roles:
                - name: worker
                  run: {process: {command: [sleep, "60"]}}
                  env: {TEXT: "a\tb"}
            ---
            {"kind": "Queue", "name": "q", "spec": {"limit": {"cpu": 1.5}}}
            """;
        var damage = Gen.Select(Gen.Int[0, manifest.Length - 1], Gen.Int[0, 3], Gen.Int[0, alphabet.Length - 1].Array[0, 4]);

        damage.Array[1, 4].Sample(
            changes =>
            {
                var text = changes.Aggregate(manifest, (before, change) =>
                {
                    var at = Math.Min(change.Item1, before.Length);
                    var inserted = string.Concat(change.Item3.Select(static letter => alphabet[letter]));
                    return string.Concat(before.AsSpan(0, at), inserted, before.AsSpan(Math.Min(at + change.Item2, before.Length)));
                });
                var result = ManifestReader.Read("damaged", text);
                return result.Errors.All(static error => error is { Line: > 0, Column: > 0, Message.Length: > 0 });
            },
            iter: 5_000);
    }
}
