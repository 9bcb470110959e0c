using System.Globalization;
using System.Text.Json;
using Datahall.Server.Http;

namespace Datahall.Server.Metrics;

/// <summary>Series that are older than memory reaches, from the Prometheus that scrapes this server. Thread-safe.</summary>
internal sealed class PrometheusHistory(MetricsOptions options) : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    // A million points are some 35 MB.
    private const int MostBytes = 64 << 20;

    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseProxy = false }) { Timeout = patience, MaxResponseContentBufferSize = MostBytes };

    /// <summary>Whether there is such a Prometheus.</summary>
    public bool IsConfigured => options.Prometheus is not null;

    /// <summary>Asks it.</summary>
    /// <exception cref="PrometheusException">It does not answer, or refuses.</exception>
    public async Task<SeriesListView> ReadAsync(SeriesQuery query, TimeSpan interval, CancellationToken cancellationToken)
    {
        var at = new Uri(options.Prometheus!.AbsoluteUri.TrimEnd('/') + string.Create(
            CultureInfo.InvariantCulture,
            $"/api/v1/query_range?query={Uri.EscapeDataString(query.ToPromQl(interval))}&start={Seconds(query.From)}&end={Seconds(query.To)}&step={query.Step.TotalSeconds}"));
        try
        {
            using var response = await http.GetAsync(at, cancellationToken);
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var answer = await JsonDocument.ParseAsync(body, default, cancellationToken);
            return answer.RootElement.GetProperty("status").GetString() == "success"
                ? new(query.Metric, query.From, query.To, query.Step.TotalSeconds, "prometheus", [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(SeriesOf)])
                : throw new PrometheusException($"the Prometheus at {options.Prometheus.ToOrigin()} refused the query: {answer.RootElement.GetProperty("error").GetString()}");
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new PrometheusException($"the Prometheus at {options.Prometheus.ToOrigin()} has more than {MostBytes >> 20} MiB of {query.Metric}: name labels with label=NAME=VALUE, or make the step longer", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or KeyNotFoundException or InvalidOperationException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new PrometheusException($"the Prometheus at {options.Prometheus.ToOrigin()} gave no series ({e.Message}): look whether it runs, and whether --prometheus names it", e);
        }
    }

    public void Dispose() => http.Dispose();

    private static SeriesView SeriesOf(JsonElement series)
    {
        // What Prometheus adds when it scrapes is not the series' own.
        var labels = series.GetProperty("metric").EnumerateObject()
            .Where(static label => label.Name is not ("__name__" or "instance") && !(label.Name == "job" && TargetEndpoints.OwnJobs.Contains(label.Value.GetString()!)))
            .ToDictionary(static label => label.Name, static label => label.Value.GetString()!, StringComparer.Ordinal);
        return new(labels, [.. series.GetProperty("values").EnumerateArray().Select(static point => new[] { point[0].GetDouble(), ValueOf(point[1].GetString()!) })]);
    }

    private static double? ValueOf(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;
}

/// <summary>Prometheus does not answer, or refuses.</summary>
internal sealed class PrometheusException(string message, Exception? inner = null) : Exception(message, inner);
