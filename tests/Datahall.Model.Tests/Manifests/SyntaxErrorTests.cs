using System.Text;
using Datahall.Model.Manifests;

namespace Datahall.Model.Tests.Manifests;

public sealed class SyntaxErrorTests
{
    [Theory]
    [InlineData("", "1:1: there is no resource in this file")]
    [InlineData("# only a comment\n---\n", "1:1: there is no resource in this file")]
    [InlineData("a:\n\t- b", "2:1: not YAML: a tab cannot indent; use spaces")]
    [InlineData("kind: Queue\nname: q\n  spec: {}", "3:7: not YAML: while scanning a plain scalar value, found invalid mapping")]
    [InlineData("kind: 'Queue\nname: q", "1:7: not YAML: while scanning a quoted scalar, found unexpected end of stream")]
    [InlineData("kind: [Queue\nname: q\n", "1:7: not YAML: after this, a '[', '{' or quote is not closed, or a ',' is missing")]
    [InlineData("? [a]\n: b\n", "1:3: not YAML: a list or mapping cannot be a field's name")]
    [InlineData("{\"kind\": \"Queue\",\n \"name\": \"q\", \"spec\": {]}", "2:24: not JSON: ']' is an invalid start of a property name. Expected a '\"'")]
    [InlineData("[{\"kind\": \"Queue\"", "1:18: not JSON: Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed")]
    [InlineData("{kind: Queue, name: [}", "1:22: not YAML: while parsing a node, did not find expected node content")]
    public void Read_names_line_and_column(string manifest, string expected)
    {
        var result = ManifestReader.Read("m", manifest);

        Assert.Equal([$"m:{expected}"], result.Errors.Select(static error => error.ToString()));
    }

    [Fact]
    public void Read_goes_on_with_the_document_after_a_broken_one()
    {
        const string manifest = "kind: 'Queue\nname: a\n---\nkind: Queue\nname: b\nspec: {}\n---\n}\n---\nkind: Queue\nname: c\nspc: {}\n";

        var result = ManifestReader.Read("m.yaml", manifest);

        Assert.Equal(["b"], result.Resources.Select(static resource => resource.Name));
        Assert.Equal([(1, 7), (8, 1), (10, 1), (12, 1)], result.Errors.Select(static error => (error.Line, error.Column)));
    }

    [Theory]
    [InlineData("kind: Queue\nname: !!str q\nspec: {}", "2:7: the tag 'tag:yaml.org,2002:str' is not allowed; put a text in quotes instead")]
    [InlineData("{kind: Queue, \"name\",*% {}}", "1:22: the alias '*%' is not allowed; write the value out")]
    [InlineData("kind: Queue\nname: &a q\nspec: {parent: *a}", "3:16: the alias '*a' is not allowed; write the value out")]
    [InlineData("kind: Queue\nname: q\nspec:\n  <<: *base", "4:7: the alias '*base' is not allowed; write the value out")]
    public void Read_refuses_tags_and_aliases(string manifest, string expected)
    {
        var errors = ManifestReader.Read("m", manifest).Errors.Select(static error => error.ToString());

        Assert.Contains($"m:{expected}", errors);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'b', 0 }, "2:2: the byte 0x00 is not text: this is not a YAML or JSON file, or it is damaged")]
    [InlineData(new byte[] { 0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1 }, "1:5: the byte 0x02 is not text: this is not a YAML or JSON file, or it is damaged")]
    [InlineData(new byte[] { (byte)'a', 0xE6, 0x90, 0x9C, 0xC3, 0x28 }, "1:3: the byte 0xc3 is not UTF-8; save the file as UTF-8")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, "1:1: the file is UTF-16; save it as UTF-8")]
    public void Read_refuses_what_is_not_text(byte[] bytes, string expected)
    {
        var result = ManifestReader.Read("m", bytes);

        Assert.Equal([$"m:{expected}"], result.Errors.Select(static error => error.ToString()));
    }

    [Theory]
    [InlineData("{\"kind\": \"Queue\", \"name\": \"\\ud800\"}")]
    [InlineData("kind: Queue\nname: \"\\ud800\"\n")]
    [InlineData("kind: Queue\nname: \"\\U0000D800\"\n")]
    public void Read_refuses_half_a_character(string manifest)
    {
        var result = ManifestReader.Read("m", Encoding.UTF8.GetBytes(manifest));

        Assert.NotEmpty(result.Errors);
        Assert.Empty(result.Resources);
    }
}
