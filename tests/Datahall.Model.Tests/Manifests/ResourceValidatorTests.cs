using Datahall.Model.Manifests;

namespace Datahall.Model.Tests.Manifests;

public sealed class ResourceValidatorTests
{
    private const string Run = "run: {process: {command: [a]}}";

    [Theory]
    [InlineData("name: Ner", "name: 'Ner' is not a name: use 1 to 63 lower-case letters, digits and '-', with a letter or digit first and last")]
    [InlineData("name: a.b", "name: 'a.b' is not a name")]
    [InlineData("name: -a", "name: '-a' is not a name")]
    [InlineData("name: \"a\\n\"", "name: 'a�' is not a name")]
    [InlineData("name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "name: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…' is not a name")]
    [InlineData("labels: {\"a b\": x}", "labels[\"a b\"]: 'a b' is not a label's name: use 1 to 253 letters, digits, '-', '_', '.', '/' and ':'")]
    [InlineData("labels: {a: \"x,y\"}", "labels.a: 'x,y' is not a label's value")]
    [InlineData("revision: -1", "revision: a revision is 0 (any) or more")]
    public void Check_refuses_names_and_labels(string line, string expected)
    {
        var name = line.StartsWith("name", StringComparison.Ordinal) ? "" : "name: j\n";

        AssertError($"kind: Job\n{name}{line}\nspec: {{roles: [{{name: w, {Run}}}]}}\n", expected);
    }

    [Theory]
    [InlineData("queue: A", "spec.queue: 'A' is not a name")]
    [InlineData("deadline: 0s", "spec.deadline: must be longer than 0")]
    [InlineData("deadline: 40000d", "spec.deadline: 40000d is too long; the most is 36525d")]
    [InlineData("flexible: {within: 0s}", "spec.flexible.within: must be longer than 0")]
    [InlineData("flexible: {within: 15d}", "spec.flexible.within: 15d is too long; prices are not known for longer than 14d")]
    [InlineData("flexible: {within: 1h, interruptible: true}", "spec.flexible.interruptible: a job that is stopped half-way needs spec.checkpoint, from which it goes on")]
    [InlineData("flexible: {within: 1h, site: B!}", "spec.flexible.site: 'B!' is not a name")]
    [InlineData("keep: 40000d", "spec.keep: 40000d is too long; the most is 36525d")]
    [InlineData("restart: {backoff: 0s}", "spec.restart.backoff: must be longer than 0")]
    [InlineData("restart: {backoff: 10m}", "spec.restart.maxBackoff: 5m is shorter than the first wait, backoff: 10m")]
    public void Check_refuses_jobs(string line, string expected) =>
        AssertError($"kind: Job\nname: j\nspec:\n  {line}\n  roles: [{{name: w, {Run}}}]\n", expected);

    [Theory]
    [InlineData("[]", "spec.roles: a job needs at least one role")]
    [InlineData("[{name: w, daemon: true, R}]", "spec.roles: every role is a daemon, so the job would never end; leave 'daemon' out of the role that does the work")]
    [InlineData("[{name: w, R}, {name: w, R}]", "spec.roles[1].name: 'w' is given twice, first as spec.roles[0]")]
    [InlineData("[{name: v12, R}]", "spec.roles[0].name: 'v12' is kept for versions of services; choose a name that is not v and a number")]
    [InlineData("[{name: W, R}]", "spec.roles[0].name: 'W' is not a name")]
    [InlineData("[{name: w, replicas: 100000, R}, {name: p, R}]", "spec.roles: the roles have 100001 tasks together; the most is 100000")]
    [InlineData("[{name: w, resources: {gpu: 1.5}, R}]", "spec.roles[0].resources.gpu: 1.5 GPUs cannot be placed: ask for whole devices (2) or a share of one (0.5)")]
    [InlineData("[{name: w, resources: {gpu: 1001}, R}]", "spec.roles[0].resources.gpu: no node has 1001 GPUs; the most is 1000")]
    [InlineData("[{name: w, resources: {cpu: 10001}, R}]", "spec.roles[0].resources.cpu: no node has 10001 CPUs; the most is 10000")]
    [InlineData("[{name: w, resources: {memory: 65Ti}, R}]", "spec.roles[0].resources.memory: no node has 65Ti; the most is 64Ti")]
    [InlineData("[{name: w, resources: {gpuModels: [A100, A100]}, R}]", "spec.roles[0].resources.gpuModels[1]: 'A100' is given twice, first as spec.roles[0].resources.gpuModels[0]")]
    [InlineData("[{name: w, resources: {gpuModels: [\"\"]}, R}]", "spec.roles[0].resources.gpuModels[0]: a device model cannot be empty; write it like H100")]
    [InlineData("[{name: w, run: {}}]", "spec.roles[0].run: no runtime is named; write it like process: {command: [sleep, \"60\"]}")]
    [InlineData("[{name: w, run: {process: {command: []}}}]", "spec.roles[0].run.process.command: the command is empty; name a program, such as [python3, train.py]")]
    [InlineData("[{name: w, run: {process: {command: [\"\"]}}}]", "spec.roles[0].run.process.command: the command is empty; name a program, such as [python3, train.py]")]
    [InlineData("[{name: w, run: {process: {command: [a, \"\\0\"]}}}]", "spec.roles[0].run.process.command[1]: an argument cannot have a NUL character")]
    [InlineData("[{name: w, run: {process: {command: [a], workingDirectory: \"\"}}}]", "spec.roles[0].run.process.workingDirectory: not a directory; leave it out for a directory of the task's own")]
    [InlineData("[{name: w, env: {1X: a}, R}]", "spec.roles[0].env.1X: '1X' is not a variable's name: use letters, digits, '_', '-' and '.', with a letter or '_' first")]
    [InlineData("[{name: w, env: {\"A=B\": a}, R}]", "spec.roles[0].env[\"A=B\"]: 'A=B' is not a variable's name")]
    [InlineData("[{name: w, env: {A: \"\\0\"}, R}]", "spec.roles[0].env.A: a variable cannot have a NUL character")]
    [InlineData("[{name: w, nodeSelector: {a: \"!\"}, R}]", "spec.roles[0].nodeSelector.a: '!' is not a label's value")]
    [InlineData("[{name: w, tolerations: [{key: \"\"}], R}]", "spec.roles[0].tolerations[0].key: '' is not a label's name")]
    [InlineData("[{name: w, gracePeriod: 40000d, R}]", "spec.roles[0].gracePeriod: 40000d is too long; the most is 36525d")]
    public void Check_refuses_roles(string roles, string expected) =>
        AssertError($"kind: Job\nname: j\nspec:\n  roles: {roles.Replace("R}", Run + "}", StringComparison.Ordinal)}\n", expected);

    [Theory]
    [InlineData("rollout: {maxSurge: 0}", "spec.rollout: with maxSurge and maxUnavailable both 0 no replica can ever be replaced; set one to 1 or more")]
    [InlineData("rollout: {progressDeadline: 0}", "spec.rollout.progressDeadline: must be longer than 0")]
    [InlineData("rollout: {strategy: canary}", "spec.rollout.steps: canary needs steps, such as [{weight: 10, hold: 10m}]")]
    [InlineData("route: {}\n  rollout: {strategy: shadow}", "spec.rollout.steps: shadow needs steps, such as [{weight: 10, hold: 10m}]")]
    [InlineData("rollout: {steps: [{weight: 10, hold: 10m}]}", "spec.rollout.steps: rolling has no steps; write strategy: canary, or leave them out")]
    [InlineData("rollout: {strategy: blueGreen, steps: [{hold: 1m}, {pause: true}]}", "spec.rollout.steps: blueGreen has one step at most, before its switch; how long the old version stays after it is keepOld")]
    [InlineData("rollout: {strategy: blueGreen, steps: [{weight: 10, hold: 1m}]}", "spec.rollout.steps[0].weight: blueGreen switches all requests at once: leave the weight out, or write strategy: canary")]
    [InlineData("rollout: {strategy: canary, steps: [{hold: 1m}]}", "spec.rollout.steps[0].weight: it must be from 1 to 100 per cent")]
    [InlineData("rollout: {strategy: canary, steps: [{weight: 20, hold: 1m}, {weight: 10, hold: 1m}]}", "spec.rollout.steps[1].weight: 10 is below the 20 of the step before; weights may only grow")]
    [InlineData("rollout: {strategy: canary, steps: [{weight: 20}]}", "spec.rollout.steps[0]: it says neither how long it lasts (hold: 10m) nor that it waits for a person (pause: true)")]
    [InlineData("rollout: {strategy: canary, steps: [{weight: 20, hold: 1m, pause: true}]}", "spec.rollout.steps[0]: hold and pause are both there; keep one")]
    [InlineData("rollout: {strategy: canary, steps: [{weight: 20, hold: 40000d}]}", "spec.rollout.steps[0].hold: 40000d is too long; the most is 36525d")]
    [InlineData("rollout: {strategy: canary, maxSurge: 0, maxUnavailable: 1, steps: [{weight: 20, hold: 1m}]}", "spec.rollout.maxSurge: a canary stands beside the old version: set maxSurge to 1 or more")]
    [InlineData("rollout: {strategy: shadow, steps: [{weight: 20, hold: 1m}]}", "spec.rollout.strategy: shadow needs spec.route: it is the gateways that copy requests")]
    [InlineData("rollout: {strategy: canary, steps: [{weight: 20, hold: 1m}], analysis: {maxErrorRate: 0.1}}", "spec.rollout.analysis: it needs spec.route: only gateways count requests")]
    [InlineData("route: {}\n  rollout: {strategy: canary, steps: [{weight: 20, hold: 1m}], analysis: {minRequests: 9}}", "spec.rollout.analysis: it has no limit; set maxErrorRate, maxErrorIncrease or maxLatencyRatio")]
    [InlineData("route: {}\n  rollout: {strategy: canary, steps: [{weight: 20, hold: 1m}], analysis: {maxErrorRate: 0.1, interval: 0}}", "spec.rollout.analysis.interval: must be longer than 0")]
    [InlineData("route: {}\n  rollout: {analysis: {maxErrorRate: 0.1}}", "spec.rollout.analysis: rolling has no step to judge a version in; write strategy: canary, blueGreen or shadow")]
    [InlineData("route: {}\n  rollout: {strategy: blueGreen, keepOld: 0, analysis: {maxErrorRate: 0.1}}", "spec.rollout.keepOld: a blueGreen version is judged while the old one is kept: it must be above 0")]
    [InlineData("route: {ejection: {replaceAfter: 40000d}}", "spec.route.ejection.replaceAfter: 40000d is too long; the most is 36525d")]
    [InlineData("backoff: 0", "spec.backoff: must be longer than 0")]
    [InlineData("maxBackoff: 10ms", "spec.maxBackoff: 10ms is shorter than the first wait, backoff: 1s")]
    [InlineData("health: {}", "spec.health: no check is named; write tcp: {} or http: {path: /healthz}")]
    [InlineData("health: {tcp: {}, http: {}}", "spec.health: tcp and http are both named; keep one")]
    [InlineData("health: {http: {path: healthz}}", "spec.health.http.path: 'healthz' must start with '/'")]
    [InlineData("health: {http: {path: /a b}}", "spec.health.http.path: '/a b' has a blank; write it as %20")]
    [InlineData("health: {tcp: {}, interval: 0}", "spec.health.interval: must be longer than 0")]
    [InlineData("health: {tcp: {}, timeout: 0}", "spec.health.timeout: must be longer than 0")]
    [InlineData("health: {tcp: {}, startTimeout: 0}", "spec.health.startTimeout: must be longer than 0")]
    [InlineData("resources: {gpu: 2500m}", "spec.resources.gpu: 2.5 GPUs cannot be placed: ask for whole devices (3) or a share of one (0.5)")]
    public void Check_refuses_services(string line, string expected) =>
        AssertError($"kind: Service\nname: s\nspec:\n  {line}\n  {Run}\n", expected);

    [Theory]
    [InlineData("timeZone: Mars and Moon", "spec.timeZone: 'Mars and Moon' is not an IANA time zone; write it like Asia/Shanghai")]
    [InlineData("powerLimit: 0", "spec.powerLimit: a limit of 0 W lets nothing run; leave it out when it is not known")]
    [InlineData("halls: [{name: a}, {name: a}]", "spec.halls[1].name: 'a' is given twice, first as spec.halls[0]")]
    [InlineData("halls: [{name: a, racks: [{name: r}, {name: r}]}]", "spec.halls[0].racks[1].name: 'r' is given twice, first as spec.halls[0].racks[0]")]
    [InlineData("plant: hall-2mw", "spec.plant: there is no plant 'hall-2mw'; did you mean 'hall-1mw'? (hall-1mw, room-100kw, site-10mw)")]
    [InlineData("climate: {name: mars}", "spec.climate.name: there is no climate 'mars'; it is one of arizona, new-york, virginia, washington")]
    [InlineData("halls: [{name: a, racks: [{name: r, servers: [{model: dgx-h10}]}]}]", "spec.halls[0].racks[0].servers[0].model: there is no server type 'dgx-h10'; did you mean 'dgx-h100'?")]
    [InlineData("halls: [{name: a, racks: [{name: A1}], rows: [{name: A, racks: 2}]}]", "spec.halls[0].rows: two racks would be called 'A1'")]
    [InlineData("halls: [{name: a, racks: [{name: r, feed: p}]}]", "spec.halls[0].racks[0].feed: there is no feed 'p'; add it to spec.feeds")]
    [InlineData("halls: [{name: a, racks: [{name: r}], recirculation: {kelvinPerKilowatt: [[1, 2]]}}]", "spec.halls[0].recirculation.kelvinPerKilowatt: the hall has 1 racks, so the matrix has 1 rows of 1 numbers; it has 1 rows")]
    [InlineData("halls: [{name: a, racks: [{name: r}], recirculation: {kelvinPerKilowatt: [[-1]]}}]", "spec.halls[0].recirculation.kelvinPerKilowatt: a number is negative")]
    [InlineData("feeds: [{name: p, kind: pdu, rating: 0}]", "spec.feeds[0].rating: a feed of 0 W feeds nothing")]
    [InlineData("feeds: [{name: grid, kind: pdu, rating: 1kW}]", "spec.feeds[0].name: 'grid' names the connection of the whole site")]
    [InlineData("feeds: [{name: p, kind: pdu, rating: 1kW, parent: u}]", "spec.feeds[0].parent: there is no feed 'u'; it is one of p")]
    [InlineData("feeds: [{name: p, kind: pdu, rating: 1kW, parent: p}]", "spec.feeds[0].parent: 'p' would feed itself")]
    [InlineData("servers: [{name: s, idle: 2kW, max: 1kW}]", "spec.servers[0].max: 1kW at full load; it must be above 0 and not below idle, 2kW")]
    [InlineData("servers: [{name: s, power: devices}]", "spec.servers[0].devices: the field 'devices' is missing")]
    [InlineData("servers: [{name: s, power: points, points: [100W]}]", "spec.servers[0].points: give at least two powers")]
    [InlineData("servers: [{name: s, max: 1kW, power: mse, shape: 0.5}]", "spec.servers[0].shape: 0.5 does not go with this curve")]
    [InlineData("servers: [{name: s, max: 1kW, supply: {rating: 2kW, efficiency: [0.9]}}]", "spec.servers[0].supply.efficiency: the efficiency is four numbers")]
    [InlineData("servers: [{name: s, max: 1kW, fans: {max: 9W, flow: 0.1, fullLoadSpeed: 0.1}}]", "spec.servers[0].fans.fullLoadSpeed: 0.1 is below leastSpeed, 0.3")]
    [InlineData("servers: [{name: s, max: 1kW, sleep: {power: 9W, up: 0}}]", "spec.servers[0].sleep.up: must be longer than 0")]
    [InlineData("cooling: {system: direct-expansion, unitFlow: 9}", "spec.cooling.unitFans: the field 'unitFans' is missing; give it, or name a ready plant in spec.plant")]
    [InlineData("plant: room-100kw\n  cooling: {freeCooling: water}", "spec.cooling.freeCooling: air conditioners have no water that a tower could cool")]
    [InlineData("carbon: {gramsPerKilowattHour: 400, hours: [1, 1]}", "spec.carbon.hours: 2 numbers; a day has 24 hours")]
    [InlineData("capping: {when: load, target: 0.85}", "spec.capping: release 0.9, target 0.85 and trip 0.99 must rise; else caps come and go at every reading")]
    [InlineData("capping: {hold: 40000d}", "spec.capping.hold: 40000d is too long; the most is 36525d")]
    [InlineData("halls: [{name: \"a/b\"}]", "spec.halls[0].name: 'a/b' is not a name")]
    public void Check_refuses_sites(string line, string expected) => AssertError($"kind: Site\nname: cn-east.1\nspec:\n  {line}\n", expected);

    [Theory]
    [InlineData("powerCap: 0W", "spec.powerCap: is 0W; write what the node's devices may draw together, such as 400W, or leave it out for no cap")]
    [InlineData("taints: [{key: a}, {key: a}]", "spec.taints[1].key: 'a' is given twice, first as spec.taints[0]")]
    [InlineData("taints: [{key: a, value: \"b c\"}]", "spec.taints[0].value: 'b c' is not a label's value")]
    [InlineData("location: {hall: \"\", rack: r}", "spec.location.hall: '' is not a name")]
    public void Check_refuses_nodes(string line, string expected) => AssertError($"kind: Node\nname: gpu-01.hall-a\nspec:\n  {line}\n", expected);

    [Theory]
    [InlineData("kind: Site\nname: cn-east.1\nspec: {timeZone: Asia/Shanghai, powerLimit: 1.2MW, halls: [{name: A_1, racks: [{name: 一号}]}]}")]
    [InlineData("kind: Site\nname: s\nspec: {plant: hall-1mw, climate: {name: arizona, meanCelsius: 20}, tariff: {price: 0.1, periods: [{from: 22, to: 6, price: 0.05}]}, halls: [{name: a, rows: [{name: A, racks: 9, feed: pdu, servers: [{model: dgx-h100, count: 4}]}]}]}")]
    [InlineData("kind: Node\nname: gpu-01.hall-a\nlabels: {部门: 搜索}\nspec: {powerCap: 4.5kW, taints: [{key: gpu}], location: {hall: A, rack: r}}")]
    [InlineData("kind: Site\nname: s\nspec: {powerLimit: 1MW, capping: {when: load, hold: 2m}}")]
    [InlineData("kind: Queue\nname: default\nspec: {parent: root, limit: {gpu: 1.5}}")]
    [InlineData("kind: Service\nname: s\nspec: {replicas: 0, run: {process: {command: [a]}}, health: {tcp: {}}, rollout: {maxSurge: 0, maxUnavailable: 1}}")]
    [InlineData("kind: Service\nname: s\nspec: {route: {}, run: {process: {command: [a]}}, rollout: {strategy: canary, steps: [{weight: 5, hold: 10m}, {weight: 5, pause: true}, {weight: 100, hold: 1m}], analysis: {maxErrorRate: 0, maxLatencyRatio: 1.2, patience: 1h}}}")]
    [InlineData("kind: Service\nname: s\nspec: {run: {process: {command: [a]}}, rollout: {strategy: blueGreen, keepOld: 0, steps: [{pause: true}]}}")]
    [InlineData("kind: Job\nname: j\nspec: {keep: 0, roles: [{name: ps, daemon: true, run: {process: {command: [a]}}}, {name: v, run: {process: {command: [a]}}}]}")]
    public void Check_takes_what_is_right(string manifest) => Assert.Empty(ManifestReader.Read("m", manifest).Errors);

    private static void AssertError(string manifest, string expected)
    {
        var result = ManifestReader.Read("m.yaml", manifest);

        var error = Assert.Single(result.Errors);
        Assert.StartsWith(expected, $"{error.Path}: {error.Message}", StringComparison.Ordinal);
        Assert.Empty(result.Resources);
    }
}
