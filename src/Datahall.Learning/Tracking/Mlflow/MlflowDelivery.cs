using System.Text.Json;

namespace Datahall.Learning.Tracking.Mlflow;

/// <summary>Brings one run to the server and remembers in its folder how far it got.</summary>
internal sealed class MlflowDelivery(MlflowServer server, MlflowClient client, RunFolder folder, RunDocument run, MlflowProgress? progress)
{
    /// <summary>MLflow takes 1000 metrics and 100 parameters in a request.</summary>
    private const int MetricsInBatch = 1000;
    private const int ParametersInBatch = 100;

    /// <summary>MLflow refuses longer values of parameters.</summary>
    private const int LongestParameter = 500;

    private bool resumed = progress is not null;
    private MlflowProgress? state = progress;

    /// <summary>Makes the server know the run, and sends what waits. After an exception the same call goes on where it was.</summary>
    public async Task SendAsync(MlflowQueue queue, CancellationToken cancellationToken)
    {
        var known = await EnsureRunAsync(cancellationToken);
        while (queue.Peek(MetricsInBatch) is { Count: > 0 } metrics)
        {
            await client.LogBatchAsync(new MlflowBatch(known.RunId, metrics, [], []), cancellationToken);
            Remember(known with { Sent = queue.Remove(metrics) });
        }
    }

    public Task EndAsync(RunDocument ended, CancellationToken cancellationToken)
    {
        var status = ended.State switch { RunState.Finished => "FINISHED", RunState.Failed => "FAILED", _ => "KILLED" };
        return client.UpdateRunAsync(new MlflowRunUpdate(state!.RunId, status, ended.Ended?.ToUnixTimeMilliseconds()), cancellationToken);
    }

    private async Task<MlflowProgress> EnsureRunAsync(CancellationToken cancellationToken)
    {
        if (state is null)
        {
            var experiment = await client.FindOrCreateExperimentAsync(server.Experiment, cancellationToken);
            var creation = new MlflowRunCreation(experiment, run.Name, run.Started.ToUnixTimeMilliseconds(), Tags());
            Remember(new MlflowProgress(server.Address, await client.CreateRunAsync(creation, cancellationToken), HasParameters: false, []));
        }

        if (!state!.HasParameters)
        {
            foreach (var parameters in Parameters().Chunk(ParametersInBatch))
            {
                await client.LogBatchAsync(new MlflowBatch(state.RunId, [], parameters, []), cancellationToken);
            }

            Remember(state with { HasParameters = true });
        }

        if (resumed)
        {
            await client.UpdateRunAsync(new MlflowRunUpdate(state.RunId, "RUNNING", EndTime: null), cancellationToken);
            await client.LogBatchAsync(new MlflowBatch(state.RunId, [], [], Tags()), cancellationToken);
            resumed = false;
        }

        return state;
    }

    private List<MlflowEntry> Tags()
    {
        var tags = new List<MlflowEntry>
        {
            new("mlflow.runName", run.Name),
            new("mlflow.source.name", "datahall-learn"),
            new("datahall.program", run.Code.Program),
            new("datahall.host", run.Host),
        };
        if (run.Code is { Commit: { } commit, Dirty: var dirty })
        {
            tags.Add(new MlflowEntry("mlflow.source.git.commit", commit));
            tags.Add(new MlflowEntry("datahall.git.dirty", dirty is true ? "true" : "false"));
        }

        tags.AddRange(run.Data.Take(50).Select(file => new MlflowEntry(MlflowQueue.KeyOf("datahall.data." + Path.GetFileName(file.Path)), file.Xxh128)).DistinctBy(tag => tag.Key));
        return tags;
    }

    private IEnumerable<MlflowEntry> Parameters() =>
        run.Configuration.Select(setting => new MlflowEntry(
            MlflowQueue.KeyOf(setting.Key),
            setting.Value.Length <= LongestParameter ? setting.Value : setting.Value[..LongestParameter]));

    private void Remember(MlflowProgress now)
    {
        state = now;
        RunFolder.Replace(folder.Mlflow, JsonSerializer.SerializeToUtf8Bytes(now, TrackingJson.Default.MlflowProgress));
    }
}
