using System.Net.Sockets;
using Datahall.Model;

namespace Datahall.Fleet.Runtimes;

/// <summary>Asks one attempt's port about its health, at its interval; the supervision loop looks after it without waiting.</summary>
internal sealed class HealthProbe(HealthCheck check, int port, HttpClient http, TimeProvider time, HealthHistory history)
{
    private readonly long born = time.GetTimestamp();
    private Task<string?>? running;
    private long? last;
    private int failures;

    /// <summary>Whether the attempt can take traffic: it passed a check, and did not fail too often since.</summary>
    public bool Ready { get; private set; } = history is HealthHistory.WasReady;

    /// <summary>Takes an answer, asks again when it is time; the reason when the attempt must be ended.</summary>
    public string? Tick()
    {
        if (running is { IsCompleted: true } answered)
        {
            running = null;
            if (Judge(answered.Result) is { } reason)
            {
                return reason;
            }
        }

        if (running is null && (this.last is not { } last || time.GetElapsedTime(last) >= check.Interval.TimeSpan))
        {
            this.last = time.GetTimestamp();
            running = AskAsync();
        }

        return null;
    }

    private string? Judge(string? failure)
    {
        if (failure is null)
        {
            (Ready, failures) = (true, 0);
            return null;
        }

        failures++;
        if (Ready)
        {
            return failures >= check.Failures ? $"{failures} health checks in a row failed on port {port}: {failure}" : null;
        }

        return time.GetElapsedTime(born) >= check.StartTimeout.TimeSpan
            ? $"not healthy within {check.StartTimeout} of its start; the last check on port {port}: {failure}"
            : null;
    }

    private async Task<string?> AskAsync()
    {
        using var timeout = new CancellationTokenSource(check.Timeout.TimeSpan, time);
        try
        {
            return check.Http is { } get ? await GetAsync(get.Path, timeout.Token) : await ConnectAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            return $"no answer within {check.Timeout}";
        }
        catch (SocketException e)
        {
            return e.Message;
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }

    private async Task<string?> ConnectAsync(CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, cancellationToken);
        return null;
    }

    private async Task<string?> GetAsync(string path, CancellationToken cancellationToken)
    {
        var target = new UriBuilder("http", "127.0.0.1", port) { Path = path.Split('?')[0], Query = path.Contains('?') ? path[path.IndexOf('?')..] : "" };
        using var request = new HttpRequestMessage(HttpMethod.Get, target.Uri);
        request.Headers.ConnectionClose = true;
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return (int)response.StatusCode is >= 200 and < 400 ? null : $"GET {path} was answered with {(int)response.StatusCode}";
    }
}

/// <summary>What an earlier agent knew of an attempt's health.</summary>
internal enum HealthHistory
{
    /// <summary>Nothing: it is new, or never passed.</summary>
    None,

    /// <summary>It had passed a check: it goes on as ready until it fails.</summary>
    WasReady,
}
