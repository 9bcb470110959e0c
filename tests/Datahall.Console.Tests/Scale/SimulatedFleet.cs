using System.Net.Http.Headers;
using Datahall.Console.Tests.Browsing;
using Datahall.Control.Agents;
using Datahall.Control.Core;
using Datahall.Control.Store;
using Datahall.Fleet;
using Datahall.Model;
using Datahall.Server.Hosting;
using Datahall.Server.Stores;

namespace Datahall.Console.Tests.Scale;

/// <summary>A store filled beforehand with a large installation whose agents never speak, and readings posted for them.</summary>
internal sealed record SimulatedFleet(int Racks, int NodesInRack, int TasksOnNode)
{
    private const int Gpus = 8;
    private static readonly string[] Owners = ["pretrain", "finetune", "sentiment", "recommend", "rerank"];

    /// <summary>The options of a server on this fleet: no lease ends while it is looked at.</summary>
    public Func<ServerOptions, ServerOptions> Options => options => options with
    {
        RunAgent = false,
        Core = new CoreOptions { Lease = new(24 * 3_600_000L) },
        OpenStore = async cancellationToken =>
        {
            var store = await SqliteStore.OpenAsync(Path.Combine(options.DataDirectory, "datahall.db"), new(), cancellationToken);
            if (store.Revision == 0)
            {
                Assert.Null(await store.WriteAsync(Batch(TimeProvider.System.GetUtcNow()), cancellationToken));
            }

            return store;
        },
    };

    /// <summary>Posts a reading of every node; the seed decides what it is.</summary>
    public async Task PostReadingsAsync(ConsoleServer server, int seed)
    {
        var random = new Random(seed);
        using var agents = new HttpClient { BaseAddress = new(server.Url), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", server.Server.JoinToken) } };
        foreach (var node in Names())
        {
            using var content = new ByteArrayContent(AgentJson.Write(Reading(node, random)));
            content.Headers.ContentType = new("application/json");
            using var response = await agents.PostAsync("/agent/v1/readings", content, ConsoleServer.Cancelled);
            Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
        }
    }

    public IEnumerable<string> Names() => Enumerable.Range(0, Racks * NodesInRack).Select(NodeName);

    private string NodeName(int at) => $"gpu-{(char)('a' + (at / NodesInRack / 10 % 26))}{(at / NodesInRack % 10) + 1}-{at % NodesInRack:00}";

    private static NodeReadings Reading(string node, Random random)
    {
        var load = 0.35 + (0.6 * random.NextDouble());
        return new()
        {
            Node = node,
            Time = TimeProvider.System.GetUtcNow(),
            CpuUsed = 64 * load * 0.4,
            MemoryUsedBytes = (long)((200 + (200 * load)) * (1L << 30)),
            Load1 = 64 * load * 0.5,
            TemperatureCelsius = 38 + (30 * load),
            PowerWatts = 1_500 + (5_500 * load),
            Devices = [.. Enumerable.Range(0, Gpus).Select(i => new DeviceReadings(i, load, (long)(60 * load * (1L << 30)), 40 + (38 * load) + random.Next(6), 150 + (520 * load)))],
        };
    }

    private WriteBatch Batch(DateTimeOffset now)
    {
        var resources = new List<Resource> { Site() };
        resources.AddRange(Names().Select((name, at) => NodeOf(name, at, now)));
        resources.AddRange(Owners.Select(owner => JobOf(owner, now)));
        resources.AddRange(Names().SelectMany((name, at) => Enumerable.Range(0, TasksOnNode).Select(slot => TaskOf(name, at, slot, now))));
        resources.Add(IncidentOf(now));
        return new(1, [.. resources.Select(static resource => resource with { Revision = 1, Generation = 1 }).Select(static resource => new Change(resource.Key, 0, resource))], []);
    }

    private Site Site() => new()
    {
        Name = "berlin",
        Spec = new()
        {
            Plant = "site-10mw",
            TimeZone = "Europe/Berlin",
            Halls = [new() { Name = "north", Rows = [.. Enumerable.Range(0, (Racks + 9) / 10).Select(row => new RackRow { Name = ((char)('A' + row)).ToString(), Racks = Math.Min(10, Racks - (10 * row)) })] }],
            Tariff = new() { Price = 0.21, Currency = "EUR" },
            Carbon = new() { GramsPerKilowattHour = 320 },
        },
    };

    private Node NodeOf(string name, int at, DateTimeOffset now) => new()
    {
        Name = name,
        Created = now.AddHours(-30),
        Spec = new() { Location = new() { Site = "berlin", Hall = "north", Rack = $"{(char)('A' + (at / NodesInRack / 10))}{(at / NodesInRack % 10) + 1}" } },
        Status = new()
        {
            Phase = NodePhase.Ready,
            Address = $"10.0.{at / 250}.{at % 250}",
            Session = "s",
            Agent = "datahall 0.1.0 linux-x64",
            Since = now.AddHours(-30),
            Capacity = new()
            {
                Cpu = new(64_000),
                Memory = new(512L << 30),
                Disk = new(4L << 40),
                Devices = [.. Enumerable.Range(0, Gpus).Select(static _ => new Device { Model = "H100", Memory = new(80L << 30) })],
            },
        },
    };

    private Job JobOf(string owner, DateTimeOffset now) => new()
    {
        Name = owner,
        Created = now.AddHours(-5),
        Spec = new() { Gang = GangMode.None, Roles = [new() { Name = "worker", Replicas = Count(owner), Resources = Asked, Run = Sleep }] },
        Status = new() { Phase = JobPhase.Running, Started = now.AddHours(-5), Tasks = new(0, Count(owner), Count(owner), 0, 0, 0) },
    };

    private TaskResource TaskOf(string node, int at, int slot, DateTimeOffset now)
    {
        var owner = OwnerOf(at);
        var index = (IndexAmongOwners(at) * TasksOnNode) + slot;
        return new()
        {
            Name = $"{owner}.worker.{index}",
            Created = now.AddHours(-5),
            Spec = new() { Job = owner, Role = "worker", Index = index, Rank = index, Template = new() { Resources = Asked, Run = Sleep } },
            Status = new()
            {
                Phase = TaskPhase.Running,
                Attempt = 1,
                Fence = 1,
                Ready = true,
                Pid = 4_000 + index,
                Since = now.AddHours(-5).AddSeconds(index % 90),
                Started = now.AddHours(-5).AddSeconds(index % 90),
                Placement = new() { Node = node, Address = "10.0.0.1", Port = 20_000 + slot },
            },
        };
    }

    private static Incident IncidentOf(DateTimeOffset now) => new()
    {
        Name = "inc-1",
        Created = now.AddMinutes(-12),
        Status = new()
        {
            State = IncidentState.Firing,
            Severity = AlertSeverity.Critical,
            Title = "Rack B3 is close to the limit of its feed",
            Cause = "rack/berlin/north/B3",
            Opened = now.AddMinutes(-12),
            Changed = now.AddMinutes(-3),
            Affected = ["job/pretrain", "job/sentiment"],
            Advice = ["Cap the nodes of the rack, or move work away from it."],
            Alerts = [new() { Rule = "rack-near-limit", Fingerprint = "00c0ffee00c0ffee", Source = "alertmanager", Severity = AlertSeverity.Critical, Summary = "Rack B3 draws 97 % of what its feed allows", Value = 0.97, Since = now.AddMinutes(-12) }],
            Evidence = [new() { At = now.AddMinutes(-12), Source = "series", Text = "datahall_rack_power_watts grew by 18 % within ten minutes" }],
            Timeline = [new() { At = now.AddMinutes(-12), What = "opened", Text = "Rack B3 is close to the limit of its feed" }, new() { At = now.AddMinutes(-12), What = "fired", Text = "rack-near-limit began to fire" }],
        },
    };

    private static string OwnerOf(int at) => Owners[at / 4 % Owners.Length];

    private static int IndexAmongOwners(int at) => (at / (4 * Owners.Length) * 4) + (at % 4);

    private int Count(string owner) => TasksOnNode * Enumerable.Range(0, Racks * NodesInRack).Count(at => OwnerOf(at) == owner);

    private static Resources Asked { get; } = new() { Cpu = new(1_000), Memory = new(4L << 30) };

    private static Run Sleep { get; } = new() { Process = new() { Command = ["sleep", "100000"] } };
}
