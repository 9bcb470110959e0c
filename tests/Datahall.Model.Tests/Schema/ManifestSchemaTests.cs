using System.Text.Json.Nodes;
using Datahall.Model.Manifests;
using Datahall.Model.Schema;

namespace Datahall.Model.Tests.Schema;

public sealed class ManifestSchemaTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(ManifestSchema.Write())!;

    [Theory]
    [InlineData("""{"kind": "Queue", "name": "a", "spec": {"limit": {"cpu": 1.5, "memory": "4Gi", "gpu": null}}}""")]
    [InlineData("""{"kind": "Node", "name": "a.b", "status": {"any": "thing"}, "spec": {"mode": "cordoned", "location": null}}""")]
    [InlineData("""{"kind": "Job", "name": "a", "labels": {"tier": 1, "spot": true}, "spec": {"keep": null, "roles": [{"name": "w", "run": {"process": {"command": ["a"]}}}]}}""")]
    [InlineData("""{"kind": "Service", "name": "a", "spec": {"gracePeriod": "1m30s", "run": {"process": {"command": ["a"]}}, "health": {"tcp": {}}}}""")]
    [InlineData("""{"kind": "Site", "name": "a", "spec": {"powerLimit": "1.2MW", "halls": [{"name": "A"}]}}""")]
    [InlineData("""{"kind": "List", "items": [{"kind": "Queue", "name": "a", "spec": {}}]}""")]
    public void Schema_and_reader_take_the_same(string manifest)
    {
        Assert.Empty(ManifestReader.Read("m", manifest).Errors);
        Assert.True(SchemaCheck.IsValid(Schema, JsonNode.Parse(manifest)));
    }

    [Theory]
    [InlineData("""{"kind": "Queue", "name": "a", "spec": {"limt": {}}}""")]
    [InlineData("""{"kind": "Queue", "name": "A", "spec": {}}""")]
    [InlineData("""{"kind": "Queue", "spec": {}}""")]
    [InlineData("""{"kind": "Queue", "name": "a"}""")]
    [InlineData("""{"kind": "Queue", "name": "a", "spec": {"limit": {"memory": "4GB"}}}""")]
    [InlineData("""{"kind": "Queue", "name": "a", "spec": {"limit": {"cpu": -1}}}""")]
    [InlineData("""{"kind": "Queue", "name": "a", "spec": {"limit": {"cpu": true}}}""")]
    [InlineData("""{"kind": "Node", "name": "a", "spec": {"mode": "closed"}}""")]
    [InlineData("""{"kind": "Node", "name": "a", "revision": -1}""")]
    [InlineData("""{"kind": "Service", "name": "a", "spec": {"replicas": -1, "run": {"process": {"command": ["a"]}}}}""")]
    [InlineData("""{"kind": "Service", "name": "a", "spec": {"replicas": "1", "run": {"process": {"command": ["a"]}}}}""")]
    [InlineData("""{"kind": "Service", "name": "a", "spec": {"run": {"process": {"command": "a"}}}}""")]
    [InlineData("""{"kind": "Service", "name": "a", "spec": {"queue": null, "run": {"process": {"command": ["a"]}}}}""")]
    [InlineData("""{"kind": "Task", "name": "a", "spec": {}}""")]
    public void Schema_and_reader_refuse_the_same(string manifest)
    {
        Assert.NotEmpty(ManifestReader.Read("m", manifest).Errors);
        Assert.False(SchemaCheck.IsValid(Schema, JsonNode.Parse(manifest)));
    }

    [Theory]
    [InlineData("length: 1d, policies: [{name: a, supply: predictive}]", """{"length": "1d", "policies": [{"name": "a", "supply": "predictive"}]}""", true)]
    [InlineData("policies: [{name: a, suply: fixed}]", """{"policies": [{"name": "a", "suply": "fixed"}]}""", false)]
    [InlineData("policies: [{name: a}], startDay: 400", """{"policies": [{"name": "a"}], "startDay": 400}""", false)]
    public void Schema_and_reader_agree_on_scenarios(string yaml, string json, bool isValid)
    {
        var schema = JsonNode.Parse(ManifestSchema.WriteScenario())!;

        Assert.Equal(isValid, ScenarioReader.Read("s", System.Text.Encoding.UTF8.GetBytes($"kind: Scenario\nname: s\nspec: {{{yaml}}}\n")).Errors.Count == 0);
        Assert.Equal(isValid, SchemaCheck.IsValid(schema, JsonNode.Parse($$"""{"kind": "Scenario", "name": "s", "spec": {{json}}}""")));
    }

    [Fact]
    public void Write_tells_editors_what_a_field_means()
    {
        var role = Schema["$defs"]!["Job"]!["properties"]!["spec"]!["properties"]!["roles"]!["items"]!;

        Assert.Equal("""{"type":"integer","minimum":1,"maximum":100000}""", role["properties"]!["replicas"]!["anyOf"]![0]!.ToJsonString());
        Assert.Equal("""["max","min"]""", Sorted(role["properties"]!["replicas"]!["anyOf"]![1]!["required"]!));
        Assert.Equal("""["name","run"]""", Sorted(role["required"]!));
        Assert.False((bool)role["additionalProperties"]!);
        Assert.Equal("""["all","none","role"]""", Sorted(Schema["$defs"]!["Job"]!["properties"]!["spec"]!["properties"]!["gang"]!["enum"]!));
        Assert.True((bool)Schema["$defs"]!["Job"]!["properties"]!["status"]!["readOnly"]!);
    }

    private static string Sorted(JsonNode array) =>
        new JsonArray([.. array.AsArray().Select(static item => (string)item!).Order(StringComparer.Ordinal).Select(static item => (JsonNode)item)]).ToJsonString();
}
