using Datahall.Control.Store;
using Datahall.Model;
using Datahall.Server.Console.Live;

namespace Datahall.Console.Tests.Live;

public sealed class ResourceSetTests
{
    [Fact]
    public void Batches_put_change_and_remove_and_other_kinds_stay_as_they_were()
    {
        var before = ResourceSet.Of(5, [Queue("b"), Queue("d"), new Node { Name = "n" }]);

        var after = before.After([Batch(6, Queue("c"), Queue("b", weight: 3)), Batch(7, deleted: "d")]);

        Assert.Equal(7, after.Revision);
        Assert.Equal([("b", 3.0), ("c", 1.0)], after.List<Queue>(ResourceKinds.Queue).Select(static queue => (queue.Name, queue.Spec.Weight)));
        Assert.Equal((7, 5), (after.ChangedAt(ResourceKinds.Queue), after.ChangedAt(ResourceKinds.Node)));
        Assert.Same(before.List<Node>(ResourceKinds.Node), after.List<Node>(ResourceKinds.Node));
        Assert.Equal(["b", "d"], before.List<Queue>(ResourceKinds.Queue).Select(static queue => queue.Name));
    }

    [Fact]
    public void Random_batches_give_what_a_dictionary_gives()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var set = ResourceSet.Of(0, []);
        var expected = new SortedDictionary<string, double>(StringComparer.Ordinal);
        for (var revision = 1; revision <= 300; revision++)
        {
            var name = $"q{random.Next(20)}";
            var remove = random.Next(3) == 0;
            set = set.After([remove ? Batch(revision, deleted: name) : Batch(revision, Queue(name, revision))]);
            if (remove)
            {
                expected.Remove(name);
            }
            else
            {
                expected[name] = revision;
            }

            Assert.Equal(expected.Select(static pair => (pair.Key, pair.Value)), set.List<Queue>(ResourceKinds.Queue).Select(static queue => (queue.Name, queue.Spec.Weight)));
            Assert.Equal(expected.ContainsKey(name), set.Find<Queue>(ResourceKinds.Queue, name) is not null);
        }
    }

    private static Queue Queue(string name, double weight = 1) => new() { Name = name, Spec = new() { Weight = weight } };

    private static WriteBatch Batch(long revision, params Resource[] resources) =>
        new(revision, [.. resources.Select(static resource => new Change(resource.Key, 0, resource))], []);

    private static WriteBatch Batch(long revision, string deleted) =>
        new(revision, [new(new(ResourceKinds.Queue, deleted), 0, null)], []);
}
