using System.CommandLine;
using Datahall.Cli.Agents;
using Datahall.Cli.Alerts;
using Datahall.Cli.Analyze;
using Datahall.Cli.Apply;
using Datahall.Cli.Bench;
using Datahall.Cli.Changes;
using Datahall.Cli.Completion;
using Datahall.Cli.Describe;
using Datahall.Cli.Doctor;
using Datahall.Cli.Events;
using Datahall.Cli.Gateways;
using Datahall.Cli.Get;
using Datahall.Cli.Learning;
using Datahall.Cli.Logs;
using Datahall.Cli.Nodes;
using Datahall.Cli.Optimize;
using Datahall.Cli.Output;
using Datahall.Cli.Report;
using Datahall.Cli.Rollouts;
using Datahall.Cli.Schema;
using Datahall.Cli.Series;
using Datahall.Cli.Simulate;
using Datahall.Cli.Snapshots;
using Datahall.Cli.Tenants;
using Datahall.Cli.Tokens;
using Datahall.Cli.Top;
using Datahall.Cli.Up;
using Datahall.Cli.Version;

namespace Datahall.Cli;

/// <summary>All verbs, in the order in which the help lists them. A new verb is a folder of its own and a line here.</summary>
internal static class CommandTree
{
    public static RootCommand Create(Terminal terminal, TimeProvider time)
    {
        var globals = new GlobalOptions(terminal, time);
        var root = new RootCommand("Datahall runs an AI data centre: jobs and services on machines with accelerators.")
        {
            globals.Server,
            globals.Token,
            globals.Data,
            globals.NoColor,

            UpCommand.Create(globals),
            AgentCommand.Create(globals),
            GatewayCommand.Create(globals),

            ApplyCommand.Create(globals),
            GetCommand.Create(globals),
            DescribeCommand.Create(globals),
            DeleteCommand.Create(globals),
            CancelCommand.Create(globals),
            ScaleCommand.Create(globals),
            RolloutCommand.Create(globals),

            LogsCommand.Create(globals),
            AnalyzeLogsCommand.Create(globals),
            EventsCommand.Create(globals),
            ExplainCommand.Create(globals),
            AlertsCommand.Create(globals),
            IncidentsCommand.Create(globals),
            TopCommand.Create(globals),
            SeriesCommand.Create(globals),
            ReportCommand.Create(globals),
            NodeCommand.Create(globals),
            TenantCommand.Create(globals),
            TokensCommand.Create(globals),

            SnapshotCommand.Create(globals),
            SimulateCommand.Create(globals),
            OptimizeCommand.Create(globals),
            BenchCommand.Create(globals),

            SchemaCommand.Create(globals),
            DoctorCommand.Create(globals),
            CompletionCommand.Create(globals),
            VersionCommand.Create(globals),
        };
        foreach (var verb in LearningCommands.Create())
        {
            root.Add(verb);
        }

        root.Add(CompletionCommand.CreateComplete(root, terminal));
        return root;
    }
}
