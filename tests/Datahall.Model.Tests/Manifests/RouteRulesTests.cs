using Datahall.Model.Manifests;

namespace Datahall.Model.Tests.Manifests;

public sealed class RouteRulesTests
{
    [Theory]
    [InlineData("hosts: [API.example.com]", "spec.route.hosts[0]: 'API.example.com' is not a host name: write it like api.example.com or *.example.com, in lower case and without a port")]
    [InlineData("hosts: ['a.example.com:80']", "spec.route.hosts[0]: 'a.example.com:80' is not a host name")]
    [InlineData("hosts: [a.b, a.b]", "spec.route.hosts[1]: 'a.b' is given twice, first as spec.route.hosts[0]")]
    [InlineData("path: api", "spec.route.path: 'api' is not a path: it starts with '/'")]
    [InlineData("path: '/a b'", "spec.route.path: '/a b' is not a path")]
    [InlineData("headers: {'x y': a}", "spec.route.headers[\"x y\"]: 'x y' is not a header's name")]
    [InlineData("headers: {x: é}", "spec.route.headers.x: a header's value is printable ASCII")]
    [InlineData("models: [a]", "spec.route.models: plain http names no models; leave them out, or set protocol: oip or openai")]
    [InlineData("protocol: oip, models: ['a b']", "spec.route.models[0]: 'a b' is not a model's name")]
    [InlineData("protocol: oip, models: [org/model]", "spec.route.models[0]: 'org/model' has a '/', which the paths of the Open Inference Protocol cannot carry")]
    [InlineData("balance: {policy: least}", "spec.route.balance.policy: 'least' is not a value of this field; it is one of consistent-hash, least-ewma")]
    [InlineData("balance: {hashHeader: 'a:b'}", "spec.route.balance.hashHeader: 'a:b' is not a header's name")]
    [InlineData("timeouts: {connect: 0}", "spec.route.timeouts.connect: must be longer than 0")]
    [InlineData("timeouts: {drain: 40000d}", "spec.route.timeouts.drain: 40000d is too long; the most is 36525d")]
    [InlineData("retry: {statuses: [200]}", "spec.route.retry.statuses[0]: 200 is no status of a failure; those are 400 to 599")]
    [InlineData("hedge: {after: 0}", "spec.route.hedge.after: must be longer than 0")]
    [InlineData("probe: {path: x}", "spec.route.probe.path: 'x' is not a path")]
    [InlineData("ejection: {base: 1m, longest: 30s}", "spec.route.ejection.longest: 30s is shorter than the first ejection, 1m")]
    public void Check_refuses_routes(string line, string expected) => AssertError(
        $"kind: Service\nname: s\nspec: {{ run: {{process: {{command: [a]}}}}, route: {{ {line} }} }}\n", expected);

    [Theory]
    [InlineData("keys: [{name: k, sha256: dh-secret}]", "spec.keys[0].sha256: this is not a SHA-256 in 64 hexadecimal digits; 'datahall tenant key NAME' makes a key")]
    [InlineData("keys: [{name: K, sha256: HASH}]", "spec.keys[0].name: 'K' is not a name")]
    [InlineData("keys: [{name: k, sha256: HASH}, {name: k, sha256: HASH}]", "spec.keys[1].name: 'k' is given twice, first as spec.keys[0]")]
    [InlineData("weight: 0", "spec.weight: ")]
    [InlineData("requestsPerMinute: -1", "spec.requestsPerMinute: ")]
    public void Check_refuses_tenants_and_shows_no_key(string line, string expected)
    {
        var manifest = $"kind: Tenant\nname: t\nspec: {{ {line.Replace("HASH", new string('0', 64), StringComparison.Ordinal)} }}\n";

        AssertError(manifest, expected);
        Assert.DoesNotContain("secret", string.Join('\n', ManifestReader.Read("t.yaml", System.Text.Encoding.UTF8.GetBytes(manifest)).Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("members: []", "spec.members: an ensemble needs a member")]
    [InlineData("members: [{service: A}]", "spec.members[0].service: 'A' is not a name")]
    [InlineData("members: [{service: a}, {service: a}]", "spec.members[1]: 'a/' is given twice, first as spec.members[0]")]
    [InlineData("members: [{service: a}], quorum: 2", "spec.quorum: 2 answers can never come from 1 members")]
    [InlineData("members: [{service: a}], combine: majority, route: {protocol: openai}", "spec.combine: only answers of the Open Inference Protocol can be combined: set route.protocol: oip, or combine: first")]
    public void Check_refuses_ensembles(string line, string expected) => AssertError(
        $"kind: Ensemble\nname: e\nspec: {{ {(line.Contains("route", StringComparison.Ordinal) ? "" : "route: {protocol: oip}, ")}{line} }}\n", expected);

    [Theory]
    [InlineData("kind: Ensemble\nname: e\nspec: {route: {protocol: oip}, members: [{service: b}]}", "spec.members[0].service: there is no Service 'b'; it is one of a, plain")]
    [InlineData("kind: Ensemble\nname: e\nspec: {route: {protocol: oip}, members: [{service: a}, {service: plain}]}", "spec.members[1].service: service plain has no route of protocol oip; give it one, or change the ensemble's")]
    [InlineData("kind: Ensemble\nname: a\nspec: {route: {protocol: oip}, members: [{service: a}]}", "name: there is a Service 'a', and both are routes of gateways: give the ensemble another name")]
    public void Members_must_be_there_and_speak_the_same(string manifest, string expected)
    {
        var services = Read("kind: Service\nname: a\nspec: {run: {process: {command: [a]}}, route: {protocol: oip}}\n---\nkind: Service\nname: plain\nspec: {run: {process: {command: [a]}}}\n");

        var errors = ReferenceValidator.Check(Read(manifest), key => services.FirstOrDefault(service => service.Key == key), kind => services.Where(service => service.Kind == kind).Select(static service => service.Name));

        var error = Assert.Single(errors);
        Assert.Equal(expected, $"{error.Path}: {error.Message}");
    }

    private static IReadOnlyList<Resource> Read(string manifest)
    {
        var read = ManifestReader.Read("m.yaml", System.Text.Encoding.UTF8.GetBytes(manifest));
        Assert.Empty(read.Errors);
        return read.Resources;
    }

    private static void AssertError(string manifest, string expected)
    {
        var errors = ManifestReader.Read("m.yaml", System.Text.Encoding.UTF8.GetBytes(manifest)).Errors.Select(static error => $"{error.Path}: {error.Message}").ToList();
        Assert.True(errors.Exists(error => error.StartsWith(expected, StringComparison.Ordinal)), $"expected {expected}\nin {string.Join('\n', errors)}");
    }
}
