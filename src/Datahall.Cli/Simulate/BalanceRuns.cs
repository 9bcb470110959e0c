using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Datahall.Cli.Output;
using Datahall.Cli.Targets;
using Datahall.Model.Manifests;
using Datahall.Twin.Balancing;

namespace Datahall.Cli.Simulate;

/// <summary><c>simulate --balance</c>: the gateway's balancing policies against simulated replicas.</summary>
internal sealed class BalanceRuns
{
    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Option<string?> balance = new("--balance")
    {
        Description = $"Balance requests over replicas: {string.Join(", ", BalanceScenarios.Names)}, any of them with @LOAD, or a file",
        HelpName = "SCENARIO|FILE",
    };

    public BalanceRuns() => balance.CompletionSources.Add([.. BalanceScenarios.Names]);

    public Option Option => balance;

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(balance) is not null;

    /// <exception cref="CommandFailure">The scenario or the policy cannot be used.</exception>
    public int Run(Terminal terminal, ParseResult parsed, string? policy, (ulong First, ulong Last) seeds, OutputFormat format, CancellationToken cancellationToken)
    {
        var name = parsed.GetValue(balance)!;
        var scenario = Scenario(name);
        if (seeds.Last - seeds.First >= 10_000)
        {
            throw CommandFailure.Usage("--seeds: at most 10000 at once");
        }

        List<List<BalanceRun>> policies = [];
        foreach (var each in Policies(policy))
        {
            List<BalanceRun> runs = [];
            for (var seed = seeds.First; runs.Count <= (int)(seeds.Last - seeds.First); seed++)
            {
                runs.Add(BalanceSimulation.Run(scenario, each, seed, cancellationToken));
            }

            policies.Add(runs);
        }

        if (format is OutputFormat.Json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(new { scenario, runs = policies.SelectMany(static runs => runs) }, json));
        }
        else
        {
            Write(terminal, scenario, policies);
        }

        return (int)ExitCode.Done;
    }

    private static IReadOnlyList<string> Policies(string? policy) =>
        policy is null ? BalanceSimulation.Policies
        : BalanceSimulation.Policies.Contains(policy) ? [policy]
        : throw CommandFailure.Usage(
            $"there is no balancing policy '{policy}'{NameSuggestion.For(policy, BalanceSimulation.Policies)}; there is {string.Join(", ", BalanceSimulation.Policies)}");

    private static BalanceScenario Scenario(string name)
    {
        try
        {
            return BalanceScenarios.Find(name) ?? Read(name);
        }
        catch (FormatException e)
        {
            throw CommandFailure.Usage($"--balance: {e.Message}");
        }
    }

    private static BalanceScenario Read(string file)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage(
                $"--balance: '{file}' is no scenario{NameSuggestion.For(file, BalanceScenarios.Names)}, and no file that can be read: {e.Message}");
        }

        var read = DocumentReader.Read<BalanceScenario>(file, bytes);
        return read.Value ?? throw CommandFailure.Usage(
            read.Errors.Count == 1 ? "1 error in the scenario" : $"{read.Errors.Count} errors in the scenario", [.. read.Errors.Select(static e => e.ToString())]);
    }

    private static void Write(Terminal terminal, BalanceScenario scenario, List<List<BalanceRun>> policies)
    {
        terminal.Out.WriteLine(Text(
            $"{scenario.Replicas} replicas of {scenario.Slots} slots, {scenario.Gateways} gateways, {scenario.Requests} requests at load {scenario.Load}; means of {policies[0].Count} seeds, in ms"));
        new TableText(terminal, ["POLICY", "MEAN", "P50", "P99", "FAILED", "CACHED"]).Write([.. policies.Select(static runs => Row(BalanceRun.Mean(runs)))]);
    }

    private static IReadOnlyList<Cell> Row(BalanceRun run) =>
    [
        run.Policy,
        Text($"{run.MeanMilliseconds:0.0}"),
        Text($"{run.P50Milliseconds:0.0}"),
        Text($"{run.P99Milliseconds:0.0}"),
        Text($"{run.FailedShare * 100:0.00} %"),
        Text($"{run.CachedShare * 100:0.0} %"),
    ];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
