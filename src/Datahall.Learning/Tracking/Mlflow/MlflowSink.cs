using System.Text.Json;
using System.Threading.Channels;

namespace Datahall.Learning.Tracking.Mlflow;

/// <summary>
/// Tells an MLflow server of a run, from a task of its own: the run never waits for the server, and goes on without it.
/// What the server does not take yet is kept, tried again, and at the latest sent when the run is resumed.
/// </summary>
internal sealed class MlflowSink(MlflowServer server, RunFolder folder, TimeProvider time, Action<string> tell) : ITrackingSink
{
    private readonly MlflowQueue queue = new();
    private readonly TaskCompletionSource ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MlflowClient client = new(server);
    private readonly CancellationTokenSource stop = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private RunDocument? finished;
    private Task delivery = Task.CompletedTask;
    private bool told;

    public void Start(RunDocument run, IReadOnlyList<MetricLine> kept)
    {
        var progress = ReadProgress();
        queue.Open(progress?.Sent ?? []);
        foreach (var line in kept)
        {
            queue.Add(line);
        }

        delivery = Task.Run(() => DeliverAsync(new MlflowDelivery(server, client, folder, run, progress), stop.Token));
    }

    public void Log(MetricLine line)
    {
        queue.Add(line);
        wake.Writer.TryWrite(true);
    }

    public void Finish(RunDocument run)
    {
        Volatile.Write(ref finished, run);
        ending.TrySetResult();
        wake.Writer.TryWrite(true);
        try
        {
            delivery.WaitAsync(server.FinishWait, time).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            stop.Cancel();
        }

        if (queue.Count + queue.Dropped is > 0 and var left)
        {
            tell($"{left} values did not reach the MLflow server {server.Address}; {folder.Metrics} has them all");
        }
    }

    public void Dispose()
    {
        stop.Cancel();
        delivery.GetAwaiter().GetResult();
        stop.Dispose();
        client.Dispose();
    }

    private async Task DeliverAsync(MlflowDelivery run, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            try
            {
                var last = Volatile.Read(ref finished);
                await run.SendAsync(queue, cancellationToken);
                if (last is not null)
                {
                    await run.EndAsync(last, cancellationToken);
                    return;
                }

                failures = 0;
                await wake.Reader.ReadAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (MlflowRefusedException e)
            {
                Tell($"the MLflow server {server.Address} refuses the run ({e.Message}); the run goes on without it");
                return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
            {
                Tell($"the MLflow server {server.Address} does not answer ({e.Message}); the run goes on and tries again");
                await PauseAsync(failures++, cancellationToken);
            }
        }
    }

    /// <summary>Waits before the next try. The end of the run is worth trying for at once, and then more often than before.</summary>
    private async Task PauseAsync(int failures, CancellationToken cancellationToken)
    {
        var delay = TimeSpan.FromTicks((long)Math.Min(server.RetryDelay.Ticks * Math.Pow(2, failures), server.LongestRetryDelay.Ticks));
        await (ending.Task.IsCompleted
            ? Task.WhenAny(Task.Delay(server.RetryDelay, time, cancellationToken))
            : Task.WhenAny(Task.Delay(delay, time, cancellationToken), ending.Task));
    }

    private void Tell(string message)
    {
        if (!told)
        {
            told = true;
            tell(message);
        }
    }

    private MlflowProgress? ReadProgress()
    {
        try
        {
            var progress = JsonSerializer.Deserialize(File.ReadAllBytes(folder.Mlflow), TrackingJson.Default.MlflowProgress);
            return progress?.Server == server.Address ? progress : null;
        }
        catch (Exception e) when (e is IOException or JsonException) // None yet: the server gets a new run.
        {
            return null;
        }
    }
}
