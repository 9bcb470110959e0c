using System.CommandLine;
using Datahall.Cli.Output;
using Datahall.Cli.Targets;
using Datahall.Twin.Faults;
using Datahall.Twin.Traces.Jobs;

namespace Datahall.Cli.Simulate;

/// <summary><c>datahall simulate</c>: the same core in a simulated world, on a trace or under faults.</summary>
internal static class SimulateCommand
{
    private static readonly string[] Traces = ["openb", .. JobTrace.Names];

    public static Command Create(GlobalOptions globals)
    {
        var trace = new Option<string?>("--trace") { Description = $"Replay a cluster's trace: {string.Join(", ", Traces)}", HelpName = "NAME" };
        trace.CompletionSources.Add(Traces);
        var nodes = new Option<FileInfo?>("--nodes") { Description = "The nodes (CSV): openb's own form; for the other traces name,gpus", HelpName = "FILE" };
        var pods = new Option<FileInfo?>("--pods") { Description = "openb: its pods (CSV)", HelpName = "FILE" };
        var policy = new Option<string?>("--policy") { Description = "openb: how pods are placed (default best-fit); other traces: who goes first (default datahall); --vms: all-on, stay or consolidate (default each); --balance: one of the gateway's (default each)", HelpName = "NAME" };
        policy.CompletionSources.Add([.. JobPolicies.Names]);
        var jobs = new JobTraceOptions();
        var tune = new Option<double>("--tune") { Description = "What arrives in the end, as a multiple of the capacity", DefaultValueFactory = static _ => 1.3, HelpName = "FACTOR" };
        var seed = new Option<string>("--seed", "--seeds") { Description = "What chance is drawn from: one seed (42), or a range (42-51)", DefaultValueFactory = static _ => "42", HelpName = "SEEDS" };
        var rebalance = new Option<int>("--rebalance") { Description = "Allow one move of a placed pod for so many arrivals; 0 for none", HelpName = "ARRIVALS" };
        var faults = new Option<bool>("--faults") { Description = "Run whole installations under faults, and check that every promise holds" };
        var snapshot = new Option<string?>("--snapshot") { Description = "Tell what the scheduler decides next from a file of 'datahall snapshot save'", HelpName = "FILE" };
        var apply = new Option<string[]>("--apply") { Description = "With --snapshot: tell instead what applying these manifests would do", HelpName = "FILE|DIR|-" };
        var at = new Option<string?>("--at") { Description = "With --snapshot: at this time instead of the snapshot's own", HelpName = "TIME" };
        var scenario = new Option<string?>("--file", "-f") { Description = "Step a site through a scenario: power, heat, cooling, cost and carbon", HelpName = "FILE" };
        var chart = ChartFile.Option();
        var (vms, requests, starts, balance, scaling) = (new VmRuns(), new RequestRuns(), new StartsRuns(), new BalanceRuns(), new ScalingRuns());
        var output = OutputFormatOption.Create(OutputFormat.Table, OutputFormat.Json, OutputFormat.Html);
        var command = new Command("simulate", "Simulate: the core on a trace (--trace), under faults (--faults) or from a saved state (--snapshot); a site's power and cooling (-f), or a part of it on a trace (--vms, --requests, --starts); a gateway's balancing (--balance), a service's scaling (--autoscale)")
        {
            trace, nodes, pods, policy, tune, seed, rebalance, faults, snapshot, apply, at, scenario, chart, balance.Option, output,
        };
        foreach (var option in jobs.All.Concat(vms.All).Concat(requests.All).Concat(starts.All).Concat(scaling.All))
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = globals.TerminalFor(parsed);
            if (parsed.GetValue(scenario) is { } file)
            {
                ScenarioRuns.Run(terminal, file, ChartFile.Of(parsed, chart), parsed.GetValue(output), cancellationToken);
                return Task.FromResult((int)ExitCode.Done);
            }

            RefuseHtml(parsed.GetValue(output));
            Option[] ofTraces = [trace, nodes, pods, tune, seed, rebalance, faults, .. jobs.All];
            if (vms.IsGiven(parsed) || requests.IsGiven(parsed))
            {
                return Task.FromResult(RunVmsOrRequests(terminal, parsed, vms, requests, policy, [.. ofTraces, balance.Option], ChartFile.Of(parsed, chart), parsed.GetValue(output), cancellationToken));
            }

            if (scaling.IsGiven(parsed))
            {
                RefuseOthers(parsed, [trace, nodes, pods, policy, tune, rebalance, faults, chart, snapshot, apply, at, balance.Option, .. jobs.All, .. vms.All, .. requests.All, .. starts.All], "--autoscale", "another kind of simulation");
                return Task.FromResult(scaling.Run(terminal, parsed, Seeds(parsed.GetRequiredValue(seed)).First, parsed.GetValue(output), cancellationToken));
            }

            if (balance.IsGiven(parsed))
            {
                RefuseOthers(parsed, [trace, nodes, pods, tune, rebalance, faults, chart, snapshot, apply, at, .. jobs.All, .. starts.All], "--balance", "another kind of simulation");
                return Task.FromResult(balance.Run(terminal, parsed, parsed.GetValue(policy), Seeds(parsed.GetRequiredValue(seed)), parsed.GetValue(output), cancellationToken));
            }

            if (starts.Run(terminal, parsed, parsed.GetValue(output)))
            {
                return Task.FromResult((int)ExitCode.Done);
            }

            if (SnapshotRequest.Of(parsed.GetValue(snapshot), parsed.GetValue(apply) ?? [], parsed.GetValue(at)) is { } saved)
            {
                return Task.FromResult(SnapshotRuns.Run(terminal, saved, parsed.GetValue(output)));
            }

            var (first, last) = Seeds(parsed.GetRequiredValue(seed));
            if (parsed.GetValue(faults))
            {
                return Task.FromResult(FaultRuns.Run(terminal, first, last, cancellationToken));
            }

            var name = CheckTrace(parsed.GetValue(trace));
            if (JobTrace.Names.Contains(name))
            {
                RefuseOthers(parsed, [pods, tune, seed, rebalance], name, "--trace openb");
                JobTraceRuns.Run(terminal, jobs.Read(parsed, name, parsed.GetValue(policy), parsed.GetValue(nodes), ChartFile.Of(parsed, chart)), parsed.GetValue(output), cancellationToken);
                return Task.FromResult((int)ExitCode.Done);
            }

            RefuseOthers(parsed, [.. jobs.All, chart], "openb", $"--trace {string.Join(", ", JobTrace.Names)}");
            var replay = new OpenbRequest(
                TraceFile(parsed.GetValue(nodes), "--nodes"),
                TraceFile(parsed.GetValue(pods), "--pods"),
                PolicyName.Check(parsed.GetValue(policy) ?? "best-fit"),
                parsed.GetRequiredValue(tune),
                first,
                last,
                parsed.GetValue(rebalance));
            OpenbRuns.Run(terminal, Check(replay), parsed.GetValue(output), cancellationToken);
            return Task.FromResult((int)ExitCode.Done);
        });
        return command;
    }

    private static int RunVmsOrRequests(
        Terminal terminal, ParseResult parsed, VmRuns vms, RequestRuns requests, Option<string?> policy, IReadOnlyList<Option> others, string? chart, OutputFormat output, CancellationToken cancellationToken)
    {
        if (vms.IsGiven(parsed))
        {
            RefuseOthers(parsed, [.. others, .. requests.All], "--vms", "another kind of trace");
            return vms.Run(terminal, parsed, parsed.GetValue(policy), chart, output);
        }

        RefuseOthers(parsed, [.. others, policy, .. vms.All], "--requests", "another kind of trace");
        return requests.Run(terminal, parsed, chart, output, cancellationToken);
    }

    // An option that would change nothing is a mistake, and its user thinks that it did.
    private static void RefuseOthers(ParseResult parsed, IEnumerable<Option> options, string trace, string others)
    {
        if (options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw CommandFailure.Usage($"{given.Name} is for {others} and does nothing for {trace}; leave it out");
        }
    }

    private static void RefuseHtml(OutputFormat format)
    {
        if (format is OutputFormat.Html)
        {
            throw CommandFailure.Usage("-o html is for scenarios (-f FILE); write -o table or -o json");
        }
    }

    private static (ulong First, ulong Last) Seeds(string text)
    {
        try
        {
            return SeedRange.Parse(text);
        }
        catch (FormatException e)
        {
            throw CommandFailure.Usage(e.Message);
        }
    }

    private static string TraceFile(FileInfo? file, string option) =>
        file is null or { Exists: true }
            ? file?.FullName ?? ""
            : throw CommandFailure.Usage($"{option}: there is no file {file.FullName}");

    private static string CheckTrace(string? trace)
    {
        if (trace is null)
        {
            throw CommandFailure.Usage(
                "say what to simulate: --trace openb --nodes FILE --pods FILE, --trace muri|philly|elasticflow --jobs FILE, --faults, --snapshot FILE, --vms FILE, --requests FILE, --starts FILE, --balance SCENARIO, --autoscale FILE, or -f SCENARIO");
        }

        return Traces.Contains(trace)
            ? trace
            : throw CommandFailure.Usage($"there is no trace '{trace}'{NameSuggestion.For(trace, Traces)}; there is {string.Join(", ", Traces)}");
    }

    private static OpenbRequest Check(OpenbRequest request)
    {
        if (request.Nodes.Length == 0 || request.Pods.Length == 0)
        {
            throw CommandFailure.Usage($"--trace openb needs {(request.Nodes.Length == 0 ? "--nodes FILE" : "--pods FILE")}");
        }

        if (request.Rebalance < 0)
        {
            throw CommandFailure.Usage($"--rebalance is {request.Rebalance}; it must be 0 or more");
        }

        return request.Tune is > 0 and <= 100
            ? request
            : throw CommandFailure.Usage($"--tune is {request.Tune}; it must be above 0 and at most 100");
    }
}
