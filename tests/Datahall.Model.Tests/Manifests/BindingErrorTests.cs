using Datahall.Model.Manifests;

namespace Datahall.Model.Tests.Manifests;

public sealed class BindingErrorTests
{
    private const string Job = """
        kind: Job
        name: ner
        spec:
          roles:
            - name: worker
              run: {process: {command: [sleep, "60"]}}
        """;

    [Theory]
    [InlineData("  priorty: 5", "7:3: spec.priorty: unknown field 'priorty'; did you mean 'priority'? (checkpoint, deadline, disruption, duration, flexible, gang, keep, priority, profile, queue, restart, roles)")]
    [InlineData("  colour: red", "7:3: spec.colour: unknown field 'colour'; it is one of checkpoint, deadline, disruption, duration, flexible, gang, keep, priority, profile, queue, restart, roles")]
    [InlineData("nmae: x", "7:1: nmae: unknown field 'nmae'; did you mean 'name'? (kind, labels, name, revision, spec)")]
    [InlineData("      replcas: 2", "7:7: spec.roles[0].replcas: unknown field 'replcas'; did you mean 'replicas'? (affinity, daemon, data, env, gracePeriod, name, nodeSelector, replicas, resources, run, tolerations)")]
    [InlineData("  priority: high", "7:13: spec.priority: expected a whole number from -1000 to 1000, found 'high'")]
    [InlineData("  priority: \"5\"", "7:13: spec.priority: expected a whole number from -1000 to 1000, found the text '5'; remove the quotes")]
    [InlineData("  priority: 1.5", "7:13: spec.priority: expected a whole number from -1000 to 1000, found '1.5'")]
    [InlineData("  priority:", "7:12: spec.priority: expected a whole number from -1000 to 1000, found nothing")]
    [InlineData("  priority: 1001", "7:13: spec.priority: 1001 is out of range; it may be from -1000 to 1000")]
    [InlineData("      replicas: 0", "7:17: spec.roles[0].replicas: 0 is out of range; it may be from 1 to 100000")]
    [InlineData("      daemon: yes", "7:15: spec.roles[0].daemon: expected true or false, found 'yes'")]
    [InlineData("      daemon: 'true'", "7:15: spec.roles[0].daemon: expected true or false, found the text 'true'; remove the quotes")]
    [InlineData("  gang: rol", "7:9: spec.gang: 'rol' is not a value of this field; did you mean 'role'? (all, none, role)")]
    [InlineData("  gang: everything", "7:9: spec.gang: 'everything' is not a value of this field; it is one of all, none, role")]
    [InlineData("  gang: [all]", "7:9: spec.gang: expected one of all, role, none, found a list")]
    [InlineData("  deadline: 5", "7:13: spec.deadline: '5' is not a duration amount; write it like 500ms, 30s, 5m, 1h30m or 7d")]
    [InlineData("      resources: {memory: 4GB}", "7:27: spec.roles[0].resources.memory: '4GB' is not a bytes amount; write it like 512Mi, 4Gi or 1.5Ti")]
    [InlineData("      resources: {cpu: -1}", "7:24: spec.roles[0].resources.cpu: '-1' is not a cpu amount; write it like 500m, 2 or 1.5")]
    [InlineData("      resources: {cpu: {a: 1}}", "7:24: spec.roles[0].resources.cpu: expected an amount such as 500m, 2 or 1.5, found a mapping (name: value)")]
    [InlineData("      resources: 2", "7:18: spec.roles[0].resources: expected a mapping (name: value), found '2'")]
    [InlineData("      tolerations: gpu", "7:20: spec.roles[0].tolerations: expected a list, such as [a, b], found 'gpu'")]
    [InlineData("      tolerations: [{value: x}]", "7:21: spec.roles[0].tolerations[0].key: the field 'key' is missing")]
    [InlineData("      tolerations: [{key: a}, ~]", "7:31: spec.roles[0].tolerations[1]: expected a mapping (name: value), found nothing")]
    [InlineData("      env: [PORT]", "7:12: spec.roles[0].env: expected a mapping (name: value), found a list")]
    [InlineData("      env: {A: ~}", "7:16: spec.roles[0].env.A: expected text, found nothing")]
    [InlineData("      env: {A: 1, A: 2}", "7:19: spec.roles[0].env.A: 'A' is given twice, first at line 7, column 13")]
    [InlineData("labels: {example.com/team: [x]}", "7:28: labels[\"example.com/team\"]: expected text, found a list")]
    [InlineData("name: other", "7:1: name: 'name' is given twice, first at line 2, column 1")]
    [InlineData("kind: Queue", "7:1: kind: 'kind' is given twice, first at line 1, column 1")]
    [InlineData("revision: x", "7:11: revision: expected a whole number from -9223372036854775808 to 9223372036854775807, found 'x'")]
    public void Read_names_the_place_the_field_and_the_mend(string line, string expected)
    {
        var result = ManifestReader.Read("job.yaml", $"{Job}\n{line}\n");

        Assert.Equal([$"job.yaml:{expected}"], result.Errors.Select(static error => error.ToString()));
        Assert.Empty(result.Resources);
    }

    [Theory]
    [InlineData("name: a\nspec: {}", "1:1: kind: the field 'kind' is missing; it is one of Site, Node, Queue, SchedulerProfile, Job, Service, Ensemble, Tenant, AlertRule")]
    [InlineData("kind: Sevrice\nname: a", "1:7: kind: unknown kind 'Sevrice'; did you mean 'Service'? (AlertRule, Ensemble, Job, Node, Queue, SchedulerProfile, Service, Site, Tenant)")]
    [InlineData("kind: job\nname: a", "1:7: kind: unknown kind 'job'; did you mean 'Job'? (AlertRule, Ensemble, Job, Node, Queue, SchedulerProfile, Service, Site, Tenant)")]
    [InlineData("kind: Deployment\nname: a", "1:7: kind: unknown kind 'Deployment'; it is one of AlertRule, Ensemble, Job, Node, Queue, SchedulerProfile, Service, Site, Tenant")]
    [InlineData("kind: Task\nname: a", "1:7: kind: tasks are made by Datahall; write a Job or a Service")]
    [InlineData("kind: [Job]\nname: a", "1:7: kind: expected one of Site, Node, Queue, SchedulerProfile, Job, Service, Ensemble, Tenant, AlertRule, found a list")]
    [InlineData("kind:\nname: a", "1:6: kind: expected one of Site, Node, Queue, SchedulerProfile, Job, Service, Ensemble, Tenant, AlertRule, found nothing")]
    [InlineData("kind: Queue\nspec: {}", "1:1: name: the field 'name' is missing")]
    [InlineData("kind: Job\nname: a", "1:1: spec: the field 'spec' is missing")]
    [InlineData("kind: Queue\nname: ~\nspec: {}", "2:7: name: expected text, found nothing")]
    [InlineData("hello", "1:1: expected a resource (a mapping with kind, name and spec), found 'hello'")]
    [InlineData("- 12", "1:3: expected a resource (a mapping with kind, name and spec), found '12'")]
    public void Read_says_what_makes_a_resource(string manifest, string expected)
    {
        var result = ManifestReader.Read("m.yaml", manifest);

        Assert.Equal([$"m.yaml:{expected}"], result.Errors.Select(static error => error.ToString()));
    }

    [Fact]
    public void Read_reports_every_error_of_every_document_in_order()
    {
        const string manifest = """
            kind: Job
            name: Ner
            spec:
              priority: 5000
              roles:
                - name: worker
                  replicas: two
                  resources: {cpu: 1x, gpu: 1.5}
                  run: {process: {command: sleep}}
            ---
            kind: Quue
            name: research
            ---
            kind: Service
            name: web
            spec:
              run: {process: {command: [web]}}
              rollout: {maxSurge: 0}
            """;

        var result = ManifestReader.Read("all.yaml", manifest);

        Assert.Equal(
            [
                (2, 7, "name"), (4, 13, "spec.priority"), (7, 17, "spec.roles[0].replicas"), (8, 24, "spec.roles[0].resources.cpu"),
                (8, 33, "spec.roles[0].resources.gpu"), (9, 32, "spec.roles[0].run.process.command"), (11, 7, "kind"), (18, 12, "spec.rollout"),
            ],
            result.Errors.Select(static error => (error.Line, error.Column, error.Path)));
    }

    [Fact]
    public void Read_shows_at_most_a_line_of_a_wrong_value()
    {
        var result = ManifestReader.Read("m.yaml", $"kind: \"{new string('x', 500)}\\n\\e[31m\"\nname: a\n");

        Assert.StartsWith($"unknown kind '{new string('x', 40)}…'; it is one of", Assert.Single(result.Errors).Message, StringComparison.Ordinal);
    }
}
