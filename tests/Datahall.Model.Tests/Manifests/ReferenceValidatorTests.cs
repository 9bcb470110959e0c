using Datahall.Model.Manifests;

namespace Datahall.Model.Tests.Manifests;

public sealed class ReferenceValidatorTests
{
    [Fact]
    public void Check_takes_the_default_queue_and_queues_that_exist_or_come_along() =>
        Assert.Empty(Check([Queue("old")], [Job("a", "default"), Job("b", "old"), Job("c", "new"), Queue("new", "old"), Queue("top", "default")]));

    [Fact]
    public void Check_names_the_nearest_queue() =>
        Assert.Equal(
            ["job/a: spec.queue: there is no queue 'reserch'; did you mean 'research'? (default, research)", "queue/q: spec.parent: there is no queue 'x'; it is one of default, q, research"],
            [.. Check([Queue("research")], [Job("a", "reserch")]), .. Check([Queue("research")], [Queue("q", "x")])]);

    [Fact]
    public void Check_names_a_circle_once() =>
        Assert.Equal(
            ["queue/a: spec.parent: the queues' parents form a circle: a -> b -> c -> a; give one of them another parent or none"],
            Check([], [Queue("a", "b"), Queue("b", "c"), Queue("c", "a"), Queue("below", "a")]));

    [Fact]
    public void Check_finds_a_circle_through_what_exists_from_below() =>
        Assert.Equal(
            ["queue/a: spec.parent: the queues' parents form a circle: b -> a -> b; give one of them another parent or none"],
            Check([Queue("a"), Queue("b", "a")], [Queue("below", "b"), Queue("a", "b")]));

    [Fact]
    public void Check_refuses_a_queue_that_is_its_own_parent() =>
        Assert.StartsWith("queue/a: spec.parent: the queues' parents form a circle: a -> a;", Assert.Single(Check([], [Queue("a", "a")])), StringComparison.Ordinal);

    [Fact]
    public void Check_walks_a_long_chain_once()
    {
        const int length = 20_000;
        var lookups = 0;
        Resource[] chain = [.. Enumerable.Range(1, length).Select(static i => Queue($"q{i}", $"q{i - 1}"))];

        var errors = ReferenceValidator.Check(chain, key => { lookups++; return key.Name == "q0" ? Queue("q0") : null; }, static _ => []);

        Assert.Empty(errors);
        Assert.InRange(lookups, 1, 2 * length);
    }

    [Theory]
    [InlineData(null, "A", "r1", null)]
    [InlineData("east", "A", "r1", null)]
    [InlineData("est", "A", "r1", "node/n: spec.location.site: there is no site 'est'; did you mean 'east'? (east)")]
    [InlineData(null, "AB", "r1", "node/n: spec.location.hall: site 'east' has no hall 'AB'; did you mean 'A'? (A, Hall-B, Hall-C)")]
    [InlineData("east", "A", "r9", "node/n: spec.location.rack: hall 'A' of site 'east' has no rack 'r9'; did you mean 'r1'? (r1, r2)")]
    [InlineData("east", "Hall-C", "row-12", null)]
    [InlineData("east", "Hall-B", "r1", "node/n: spec.location.rack: hall 'Hall-B' of site 'east' has no rack 'r1'; add it to the Site")]
    public void Check_holds_a_place_against_its_site(string? site, string hall, string rack, string? expected)
    {
        var errors = Check([East], [new Node { Name = "n", Spec = new() { Location = new() { Site = site, Hall = hall, Rack = rack } } }]);

        Assert.Equal(expected is null ? [] : [expected], errors);
    }

    [Fact]
    public void Check_asks_for_the_site_when_it_is_not_clear()
    {
        var node = new Node { Name = "n", Spec = new() { Location = new() { Hall = "A", Rack = "r1" } } };

        Assert.Equal(["node/n: spec.location: there is no Site to stand in; apply one with this hall and rack"], Check([], [node]));
        Assert.Equal(["node/n: spec.location: there are several sites; add 'site' with one of east, west"], Check([East], [node, East with { Name = "west" }]));
    }

    [Fact]
    public void Check_costs_little_for_a_single_job()
    {
        Resource[] incoming = [Job("a", "research")];
        var queue = Queue("research");
        Func<ResourceKey, Resource?> existing = _ => queue;
        Func<string, IEnumerable<string>> names = static _ => [];

        Assert.InRange(Allocation.Of(() => ReferenceValidator.Check(incoming, existing, names)), 0, 256);
    }

    private static Site East => new()
    {
        Name = "east",
        Spec = new() { Halls = [new() { Name = "A", Racks = [new() { Name = "r1" }, new() { Name = "r2" }] }, new() { Name = "Hall-B" }, new() { Name = "Hall-C", Rows = [new() { Name = "row-", Racks = 12 }] }] },
    };

    private static IEnumerable<string> Check(IReadOnlyList<Resource> exists, IReadOnlyList<Resource> incoming) =>
        ReferenceValidator.Check(
            incoming,
            key => exists.FirstOrDefault(resource => resource.Key == key),
            kind => exists.Where(resource => resource.Kind == kind).Select(static resource => resource.Name)).Select(static error => error.ToString());

    private static Queue Queue(string name, string? parent = null) => new() { Name = name, Spec = new() { Parent = parent } };

    private static Job Job(string name, string queue) => new() { Name = name, Spec = new() { Queue = queue, Roles = [] } };
}
