using System.Text;
using Datahall.Model.Manifests;

namespace Datahall.Model.Tests.Manifests;

public sealed class ManifestReaderTests
{
    [Fact]
    public void Read_takes_the_fields_and_keeps_the_initial_values_of_the_others()
    {
        const string manifest = """
            kind: Job
            name: ner-finetune
            labels: {team: search, tier: 1, spot: true}
            spec:
              queue: research
              priority: 50
              roles:
                - name: worker
                  replicas: 2
                  resources: { cpu: 1, memory: 2Gi, gpu: 0.5, gpuModels: [H100] }
                  run: { process: { command: [datahall, train, --steps, 10] } }
                  env: { PORT: 8080, EMPTY: "" }
              restart: { policy: never }
            """;

        var job = Assert.IsType<Job>(Only(ManifestReader.Read("job.yaml", manifest)));

        Assert.Equal(("ner-finetune", "research", 50), (job.Name, job.Spec.Queue, job.Spec.Priority));
        Assert.Equal([new("team", "search"), new("tier", "1"), new("spot", "true")], job.Labels);
        Assert.Equal((RestartPolicy.Never, 3, Duration.FromSeconds(1)), (job.Spec.Restart.Policy, job.Spec.Restart.Limit, job.Spec.Restart.Backoff));
        Assert.Equal(new Duration(7 * 86_400_000L), job.Spec.Keep);
        var role = Assert.Single(job.Spec.Roles);
        Assert.Equal((2, new Cpu(1000), new Bytes(2L << 30), new Gpu(500)), (role.Replicas, role.Resources.Cpu, role.Resources.Memory, role.Resources.Gpu));
        Assert.Equal(["datahall", "train", "--steps", "10"], role.Run.Process!.Command);
        Assert.Equal([new("PORT", "8080"), new("EMPTY", "")], role.Env);
        Assert.Equal(Duration.FromSeconds(10), role.GracePeriod);
    }

    [Fact]
    public void Read_takes_null_where_it_is_a_value_and_as_an_empty_collection()
    {
        const string manifest = """
            kind: Job
            name: j
            labels:
            spec:
              keep: ~
              deadline:
              roles: [{name: w, env: null, run: {process: {command: [a]}}}]
            """;

        var job = Assert.IsType<Job>(Only(ManifestReader.Read("job.yaml", manifest)));

        Assert.Null(job.Spec.Keep);
        Assert.Null(job.Spec.Deadline);
        Assert.Empty(job.Labels);
        Assert.Empty(job.Spec.Roles[0].Env);
    }

    [Theory]
    [InlineData("kind: Queue\nname: a\nspec: {}\n---\nkind: Queue\nname: b\nspec: {}\n...\n")]
    [InlineData("---\n# nothing here\n---\nkind: Queue\nname: a\nspec: {}\n---\nkind: Queue\nname: b\nspec: {}\n---\n")]
    [InlineData("- kind: Queue\n  name: a\n  spec: {}\n- kind: Queue\n  name: b\n  spec: {}\n")]
    [InlineData("kind: List\nitems:\n- kind: Queue\n  name: a\n  spec: {}\n- kind: Queue\n  name: b\n  spec: {}\n")]
    [InlineData("""[{"kind": "Queue", "name": "a", "spec": {}}, {"kind": "Queue", "name": "b", "spec": {}}]""")]
    [InlineData("""{"revision": 7, "items": [{"kind": "Queue", "name": "a", "spec": {}}, {"kind": "Queue", "name": "b", "spec": {}}]}""")]
    [InlineData("{\"kind\": \"Queue\", \"name\": \"a\", \"spec\": {}}\n{\"spec\": {}, \"name\": \"b\", \"kind\": \"Queue\"}")]
    [InlineData("{kind: Queue, name: a, spec: {}}\n---\n{kind: Queue, name: b, spec: {}}")]
    [InlineData("[{\"kind\": \"Queue\", \"name\": \"a\", \"spec\": {},}, {kind: Queue, name: b, spec: {}}]")]
    public void Read_takes_one_resource_or_many_in_every_form(string manifest)
    {
        var result = ManifestReader.Read("queues", manifest);

        Assert.Empty(result.Errors);
        Assert.Equal(["a", "b"], result.Resources.Select(static resource => resource.Name));
    }

    [Fact]
    public void Read_ignores_what_the_server_sets_and_keeps_the_revision()
    {
        const string manifest = """
            kind: Job
            name: j
            spec: {roles: [{name: w, run: {process: {command: [a]}}}]}
            status: {phase: running, unheard: of}
            revision: 42
            generation: 7
            created: yesterday
            """;

        var job = Assert.IsType<Job>(Only(ManifestReader.Read("job.yaml", manifest)));

        Assert.Null(job.Status);
        Assert.Equal((42, 0, null), (job.Revision, job.Generation, job.Created));
    }

    [Fact]
    public void Read_takes_a_byte_order_mark_and_windows_line_ends()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("kind: Queue\r\nname: a\r\nspec: {}\r\n")];

        Assert.Equal("a", Only(ManifestReader.Read("q.yaml", bytes)).Name);
    }

    [Fact]
    public void Read_refuses_a_resource_that_is_given_twice()
    {
        var result = ManifestReader.Read("q.yaml", "kind: Queue\nname: a\nspec: {}\n---\nkind: Node\nname: a\n---\nkind: Queue\nname: a\nspec: {parent: b}\n");

        Assert.Equal(["q.yaml:9:7: name: queue/a is given twice, first at q.yaml:2:7; rename or remove one"], result.Errors.Select(static e => e.ToString()));
    }

    [Fact]
    public void Combine_refuses_a_resource_that_two_files_give()
    {
        var first = ManifestReader.Read("a.yaml", "kind: Queue\nname: a\nspec: {}\n");
        var second = ManifestReader.Read("b.yaml", "kind: Queue\nname: b\nspec: {parnt: a}\n---\nkind: Queue\nname: a\nspec: {}\n");

        var both = ManifestResult.Combine(first, second);

        Assert.Equal(
            [
                "b.yaml:3:8: spec.parnt: unknown field 'parnt'; did you mean 'parent'? (guarantee, limit, parent, weight)",
                "b.yaml:6:7: name: queue/a is given twice, first at a.yaml:2:7; rename or remove one",
            ],
            both.Errors.Select(static error => error.ToString()));
    }

    [Fact]
    public void Locate_finds_the_field_that_a_later_error_is_about()
    {
        var result = ManifestResult.Combine(
            ManifestReader.Read("a.yaml", "kind: Queue\nname: a\nspec: {}\n"),
            ManifestReader.Read("b.json", "{\"kind\": \"Queue\", \"name\": \"b\",\n  \"spec\": {\"parent\": \"c\"}}"));

        var written = result.Locate(new(new(ResourceKinds.Queue, "b"), "spec.parent", "no such queue"));
        var notWritten = result.Locate(new(new(ResourceKinds.Queue, "a"), "spec.limit.cpu", "too much"));

        Assert.Equal("b.json:2:22: spec.parent: no such queue", written.ToString());
        Assert.Equal("a.yaml:3:7: spec.limit.cpu: too much", notWritten.ToString());
    }

    private static Resource Only(ManifestResult result)
    {
        Assert.Empty(result.Errors);
        return Assert.Single(result.Resources);
    }
}
