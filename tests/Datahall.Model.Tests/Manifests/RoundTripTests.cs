using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Datahall.Model.Manifests;
using Datahall.Model.Manifests.Syntax;

namespace Datahall.Model.Tests.Manifests;

/// <summary>What is written is read back as the same. A failure prints the seed of <see cref="AnyResource"/>.</summary>
public sealed class RoundTripTests
{
    [Fact]
    public void Json_brings_back_every_field_also_when_it_is_set_to_nothing() => Gen.Int.Sample(
        static seed =>
        {
            var written = ResourceJson.Write(new AnyResource(seed).Make());
            var again = ResourceJson.Write(ResourceJson.Read(written));

            Assert.Equal(Encoding.UTF8.GetString(written), Encoding.UTF8.GetString(again));
        },
        iter: 5_000);

    [Fact]
    public void Yaml_means_the_same_as_json() => Gen.Int.Sample(
        static seed =>
        {
            var resource = new AnyResource(seed).Make();

            var yaml = ResourceYaml.Write([resource, resource]);

            var errors = new ErrorList("any.yaml", 10);
            var reader = new YamlTreeReader(yaml, ManifestLimits.Default, errors);
            var expected = JsonNode.Parse(ResourceJson.Write(resource));
            Assert.True(JsonNode.DeepEquals(expected, ToJson(reader.Next()!, 0)), yaml);
            Assert.True(JsonNode.DeepEquals(expected, ToJson(reader.Next()!, 0)), yaml);
            Assert.Null(reader.Next());
            Assert.Empty(errors.InOrder());
        },
        iter: 5_000);

    [Fact]
    public void What_is_got_can_be_applied() => ValidResource.Any.Sample(
        static resource =>
        {
            var json = ManifestReader.Read("r.json", ResourceJson.Write(resource));
            var yaml = ManifestReader.Read("r.yaml", ResourceYaml.Write(resource));

            var expected = Encoding.UTF8.GetString(ResourceJson.Write(resource));
            Assert.Empty(json.Errors.Concat(yaml.Errors).Select(static error => error.ToString()));
            Assert.Equal(expected, Encoding.UTF8.GetString(ResourceJson.Write(Assert.Single(json.Resources))));
            Assert.Equal(expected, Encoding.UTF8.GetString(ResourceJson.Write(Assert.Single(yaml.Resources))));
        },
        iter: 3_000);

    [Fact]
    public void Yaml_is_written_as_people_write_it()
    {
        var job = new Job
        {
            Name = "ner",
            Labels = new Dictionary<string, string> { ["team"] = "search", ["tier"] = "1", ["spot"] = "yes" },
            Spec = new()
            {
                Keep = null,
                Roles = [new() { Name = "worker", Resources = new() { Cpu = new(1500), Memory = new(2L << 30) }, Run = new() { Process = new() { Command = ["sh", "-c", "echo a: b\n"] } } }],
            },
        };

        const string expected = """
            kind: Job
            name: ner
            labels:
              team: search
              tier: "1"
              spot: "yes"
            spec:
              queue: default
              profile: default
              roles:
              - name: worker
                replicas: 1
                resources:
                  cpu: 1500m
                  memory: 2Gi
                run:
                  process:
                    command:
                    - sh
                    - -c
                    - "echo a: b\n"
                gracePeriod: 10s
              restart:
                limit: 3
                backoff: 1s
                maxBackoff: 5m
              disruption:
                preemptible: true
                maxUnavailable: 1
              keep: null

            """;
        Assert.Equal(expected, ResourceYaml.Write(job));
    }

    /// <summary>What the document means by the rules of JSON and of the YAML core schema.</summary>
    private static JsonNode? ToJson(ManifestTree tree, int at)
    {
        var node = tree[at];
        switch (node.Kind)
        {
            case NodeForm.Mapping:
                var fields = new JsonObject();
                for (var key = at + 1; key < node.End; key = tree[key + 1].End)
                {
                    fields.Add(tree[key].Text, ToJson(tree, key + 1));
                }

                return fields;
            case NodeForm.Sequence:
                var items = new JsonArray();
                for (var item = at + 1; item < node.End; item = tree[item].End)
                {
                    items.Add(ToJson(tree, item));
                }

                return items;
            case NodeForm.Plain when node.IsNull || PlainScalar.Boolean(node.Text) is not null || PlainScalar.TryNumber(node.Text, out _):
                return JsonNode.Parse(node.Text);
            default:
                return JsonSerializer.SerializeToNode(node.Text);
        }
    }
}
