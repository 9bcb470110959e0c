using System.IO.Compression;
using Datahall.Control.Core;
using Datahall.Model;
using Datahall.Server.Snapshots;

namespace Datahall.Server.Tests.Snapshots;

public sealed class SnapshotFileTests : IDisposable
{
    private const string Header = """{"format":"datahall-snapshot","version":1,"program":"0.1.0","options":{"heartbeat":"1s","lease":"4s","policy":"best-fit","seed":42},"now":"2026-05-01T12:00:00+00:00","revision":3,"identity":"abc","lastEvent":9,"resources":2}""";
    private const string Research = """{"kind":"Queue","name":"research","spec":{"weight":2},"revision":2}""";
    private const string Node = """{"kind":"Node","name":"n1","spec":{},"revision":3}""";

    private readonly string directory = Directory.CreateTempSubdirectory("datahall-snapshot-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task Read_gives_back_what_was_written()
    {
        var options = new CoreOptions { Seed = 0, Heartbeat = Duration.FromSeconds(2), Policy = "random" };
        var snapshot = new CoreSnapshot(options, new(2026, 5, 1, 12, 0, 0, 123, TimeSpan.Zero), new("abc", 3, 9, [ResourceJson.Read(System.Text.Encoding.UTF8.GetBytes(Node))]) { EnergyPrices = new([new("n1", 1.4)], [new("lab", "a", "r1", 1.25)]) });
        var file = Path.Combine(directory, "s");
        await using (var stream = File.Create(file))
        {
            await SnapshotFile.WriteAsync(stream, snapshot, TestContext.Current.CancellationToken);
        }

        var read = SnapshotFile.Read(file);

        Assert.Equal((options, snapshot.Now), (read.Options, read.Now));
        Assert.Equal(snapshot.Start.EnergyPrices, read.Start.EnergyPrices);
        Assert.Equal(("abc", 3L, 9L, "node/n1"), (read.Start.StoreIdentity, read.Start.Revision, read.Start.LastEvent, read.Start.Resources.Single().Key.ToString()));
    }

    [Fact]
    public void Header_holds_every_option_of_the_core_but_the_mix() => Assert.Equal(
        typeof(CoreOptions).GetProperties().Select(static p => p.Name).Where(static name => name != nameof(CoreOptions.Mix)).Order(StringComparer.Ordinal),
        typeof(SnapshotOptions).GetProperties().Select(static p => p.Name).Where(static name => name != "EqualityContract").Order(StringComparer.Ordinal));

    [Fact]
    public void Read_takes_gzip_whatever_the_name()
    {
        var file = Path.Combine(directory, "s.jsonl");
        using (var gzip = new StreamWriter(new GZipStream(File.Create(file), CompressionLevel.Fastest)))
        {
            gzip.Write($"{Header}\n{Node}\n{Research}\n");
        }

        Assert.Equal(2, SnapshotFile.Read(file).Start.Resources.Count);
    }

    [Theory]
    [InlineData("", "F is empty; 'datahall snapshot save' makes a snapshot")]
    [InlineData("kind: Job\n", "F:1: not the header of a snapshot: ")]
    [InlineData("{\"kind\":\"Job\"}\n", "F is no snapshot: its first line is not the header")]
    [InlineData("[]\n", "F is no snapshot: its first line is not the header")]
    [InlineData("{\"format\":\"datahall-snapshot\",\"version\":2,\"program\":\"9.9\"}\n", "F:1: the format's version is 2, and this program reads version 1: use the datahall that wrote it (9.9)")]
    [InlineData("{\"format\":\"datahall-snapshot\"}\n", "F:1: the format's version is missing")]
    [InlineData("{\"format\":\"datahall-snapshot\",\"version\":1}\n", "F:1: not the header of a snapshot: ")]
    [InlineData(Header + "\n" + Node, "F:2: the file ends after 1 of 2 resources: it was cut off or changed")]
    [InlineData(Header + "\n" + Node + "\n" + Node + "\n", "F:3: node/n1 is there twice, in line 2 too")]
    [InlineData(Header + "\n" + Node + "\n{\"kind\":\"Que", "F:3: not a resource: ")]
    [InlineData(Header + "\n{\"name\":\"x\"}\n" + Node, "F:2: not a resource: it has no kind")]
    [InlineData(Header + "\n{\"kind\":\"Pod\",\"name\":\"x\"}\n" + Node, "F:2: not a resource: ")]
    [InlineData(Header + "\nnull\n" + Node, "F:2: not a resource: ")]
    [InlineData(Header + "\n{\"kind\":\"Node\",\"name\":\"n1\",\"colour\":\"red\"}\n" + Node, "F:2: not a resource: there is no field 'colour' in this version")]
    [InlineData(Header + "\n{\"kind\":\"Node\",\"name\":\"n2\",\"revision\":4}\n" + Node, "F:2: node/n2 has revision 4, and the header says that 3 is the last")]
    public void Read_says_what_is_wrong_with_a_file(string text, string message)
    {
        var file = Path.Combine(directory, "s");
        File.WriteAllText(file, text);

        var error = Assert.Throws<SnapshotException>(() => SnapshotFile.Read(file));

        Assert.StartsWith(message.Replace("F", file, StringComparison.Ordinal), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_says_when_gzip_is_damaged_or_the_file_is_missing()
    {
        var file = Path.Combine(directory, "s.gz");
        File.WriteAllBytes(file, [0x1f, 0x8b, 1, 2, 3]);

        Assert.Contains("cannot be read", Assert.Throws<SnapshotException>(() => SnapshotFile.Read(file)).Message, StringComparison.Ordinal);
        Assert.Equal($"there is no file {file}x", Assert.Throws<SnapshotException>(() => SnapshotFile.Read(file + "x")).Message);
    }
}
