using System.Text.Json;
using Datahall.Cli.Client;
using Datahall.Cli.Output;
using Datahall.Cli.Targets;

namespace Datahall.Cli.Get;

/// <summary>Shows what there is, then every change of it, over restarts of the server.</summary>
internal sealed class GetWatch(Session session, GetRequest request)
{
    private readonly LabelSelector _labels = LabelSelector.Parse(request.Selector);
    private readonly ResourceWriter _writer = new(session.Terminal, request.Format, session.Time);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (request.Selection is not [var (kind, names)])
        {
            throw CommandFailure.Usage("-w watches one kind at a time; run it once for each");
        }

        while (true)
        {
            try
            {
                await FollowAsync(kind, names, cancellationToken);
            }
            catch (CompactedFailure)
            {
                // The connection was away for so long that deletions may be missing: show everything again.
                session.Terminal.Error.WriteLine("changes were missed while the server was away; showing everything again");
            }
        }
    }

    private async Task FollowAsync(string kind, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var (items, revision) = await session.Api.ListAsync(kind, request.Selector, cancellationToken);
        _writer.WriteAll(kind, [.. items.Where(item => IsWanted(names, item.Key.Name))]);
        await session.Terminal.Out.FlushAsync(cancellationToken);
        var stream = new EventStream(session.Api, session.Time);
        await foreach (var item in stream.FollowAsync($"/api/v1/watch?kind={kind.ToLowerInvariant()}", revision, cancellationToken))
        {
            if (JsonSerializer.Deserialize(item.Data, ApiJson.Default.WatchMessage) is { } change && IsWanted(names, change.Name))
            {
                Show(change);
                await session.Terminal.Out.FlushAsync(cancellationToken);
            }
        }
    }

    private void Show(WatchMessage change)
    {
        if (change.Resource is not { ValueKind: JsonValueKind.Object } json)
        {
            session.Terminal.Error.WriteLine($"{change.Kind.ToLowerInvariant()}/{change.Name} deleted");
            return;
        }

        var received = Received.Of(json);
        if (_labels.Matches(received.Labels))
        {
            _writer.Write(received);
        }
    }

    private static bool IsWanted(IReadOnlyList<string> names, string name) => names.Count == 0 || names.Contains(name);
}
