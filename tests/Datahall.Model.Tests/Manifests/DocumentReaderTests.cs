using Datahall.Model.Manifests;

namespace Datahall.Model.Tests.Manifests;

public sealed class DocumentReaderTests
{
    [Fact]
    public void Read_makes_the_record_of_yaml_and_of_json()
    {
        var (yaml, json) = (Read("name: hall\nracks: [{watts: 1.5}]\nlabels: {a: 1}\n"), Read("""{"name": "hall", "racks": [{"watts": 1.5}], "labels": {"a": 1}}"""));

        Assert.All([yaml, json], read =>
        {
            Assert.Empty(read.Errors);
            Assert.Equal(("hall", 3, 1.5, 1.0), (read.Value!.Name, read.Value.Floors, read.Value.Racks[0].Watts, read.Value.Labels["a"]));
        });
    }

    [Theory]
    [InlineData("nmae: hall\nlabels: {}\n", "f:1:1: name: the field 'name' is missing|f:1:1: nmae: unknown field 'nmae'; did you mean 'name'? (floors, labels, name, racks)")]
    [InlineData("name: hall\nracks:\n  - {watts: high}\nlabels: {}\n", "f:3:13: racks[0].watts: expected a number, found 'high'")]
    [InlineData("name: hall\nname: hall\nlabels: {}\n", "f:2:1: name: 'name' is given twice, first at line 1, column 1")]
    [InlineData("name: a\n---\nname: b\n", "f:3:1: a second document; this file holds one")]
    [InlineData("- name: a\n", "f:1:1: expected a mapping (name: value), found a list")]
    [InlineData("", "f:1:1: the file is empty")]
    public void Read_reports_each_error_with_its_place(string text, string errors)
    {
        var read = Read(text);

        Assert.Null(read.Value);
        Assert.Equal(errors.Split('|').Order(StringComparer.Ordinal), read.Errors.Select(static e => e.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Locate_finds_the_place_of_a_later_error()
    {
        var read = Read("name: hall\nracks:\n  - {watts: 1}\n  - {watts: 2}\nlabels: {}\n");

        Assert.Equal("f:4:13: racks[1].watts: too much", read.Locate("racks[1].watts", "too much").ToString());
        Assert.Equal("f:1:1: floors: too few", read.Locate("floors", "too few").ToString());
    }

    private static DocumentResult<Building> Read(string text) => DocumentReader.Read<Building>("f", text);

    private sealed record Building
    {
        public required string Name { get; init; }

        public int Floors { get; init; } = 3;

        public IReadOnlyList<Rack> Racks { get; init; } = [];

        public required IReadOnlyDictionary<string, double> Labels { get; init; }
    }

    private sealed record Rack
    {
        public double? Watts { get; init; }
    }
}
