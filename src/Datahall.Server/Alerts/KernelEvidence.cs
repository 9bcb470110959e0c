using System.Globalization;
using System.Threading.Channels;
using Datahall.Control.Inputs;
using Datahall.Fleet;
using Datahall.Model;
using Datahall.Monitoring.Diagnosis;
using Datahall.Monitoring.Lines;
using Datahall.Server.Diagnosis;
using Datahall.Server.Loop;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Alerts;

/// <summary>Reads what a node's kernel said lately, and puts the failures that the catalogue knows beside the incidents that are about this node.</summary>
/// <remarks>One node after the other, away from the looks at the rules: an agent may be slow to answer. Of more than wait in the queue the newest are left out.</remarks>
internal sealed partial class KernelEvidence(LogTail logs, ControlLoop loop, TimeProvider time, ILogger<KernelEvidence> logger) : BackgroundService
{
    private const int MostFound = 5;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int TimeLength = 24;

    // An alert may hold for a while before it fires.
    private static readonly TimeSpan window = TimeSpan.FromHours(1);

    private readonly Channel<(string Incident, string Node)> waiting = Channel.CreateBounded<(string, string)>(new BoundedChannelOptions(1_024) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Has an incident looked after whose cause is a node.</summary>
    public void Ask(string incident, string node) => waiting.Writer.TryWrite((incident, node));

    /// <summary>What the lines tell, the worst first: as evidence about the node, and what to do.</summary>
    /// <param name="lines">Lines of a kernel's log, in UTF-8; each begins with its time.</param>
    /// <param name="node">The node.</param>
    /// <param name="since">Older lines are passed over.</param>
    public static (IReadOnlyList<IncidentEvidence> Evidence, IReadOnlyList<string> Advice) Read(IEnumerable<byte[]> lines, string node, DateTimeOffset since)
    {
        var run = DiagnosisCatalogue.Load().Begin();
        foreach (var line in lines)
        {
            if (TimeOf(PrintableText.Of(line, TimeLength + 1)) >= since)
            {
                run.Add(line);
            }
        }

        List<Monitoring.Diagnosis.Diagnosis> found = [.. run.Result().Where(static one => one.Severity > DiagnosisSeverity.Info).Take(MostFound)];
        return (
            [.. found.Select(one => new IncidentEvidence
            {
                At = TimeOf(one.Evidence[0]) ?? since,
                Source = "log",
                About = $"{ResourceKinds.Node.ToLowerInvariant()}/{node}",
                Text = $"the kernel said: {one.Evidence[0][(TimeLength + 1)..]} ({one.Title})",
            })],
            [.. found.Select(static one => one.Advice)]);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (incident, node) in waiting.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                if (await logs.ReadAsync(node, LogRequest.Kernel, 0, stoppingToken) is { } lines && Read(lines, node, time.GetUtcNow() - window) is { Evidence.Count: > 0 } found)
                {
                    await loop.SubmitAsync(new AddEvidence(incident, found.Evidence) { Advice = found.Advice }, stoppingToken);
                }
            }
            catch (Exception e) when (e is StoreUnavailableException or CoreFaultException) // The incident lives on without it.
            {
                LogNotKept(incident, e.Message);
            }
        }
    }

    private static DateTimeOffset? TimeOf(string line) => line.Length > TimeLength
        && DateTimeOffset.TryParseExact(line.AsSpan(0, TimeLength), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    [LoggerMessage(3805, LogLevel.Warning, "What the kernel said about incident {Incident} was not kept: {Reason}")]
    private partial void LogNotKept(string incident, string reason);
}
