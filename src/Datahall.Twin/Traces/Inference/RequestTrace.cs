using System.Globalization;

namespace Datahall.Twin.Traces.Inference;

/// <summary>A request to a language model.</summary>
/// <param name="Seconds">When it came, in seconds from the first of its trace.</param>
/// <param name="Context">How many tokens it brought.</param>
/// <param name="Generated">How many tokens it was answered with.</param>
public readonly record struct InferenceRequest(double Seconds, int Context, int Generated);

/// <summary>Requests to language models in the order they came: the form of the Azure LLM inference traces of 2023.</summary>
public sealed class RequestTrace
{
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
    private const double Golden = 0.6180339887498949;

    private RequestTrace(IReadOnlyList<InferenceRequest> requests) => Requests = requests;

    /// <summary>The requests.</summary>
    public IReadOnlyList<InferenceRequest> Requests { get; }

    /// <summary>Reads a file with the columns <c>TIMESTAMP</c>, <c>ContextTokens</c> and <c>GeneratedTokens</c>.</summary>
    /// <param name="file">A CSV file, or one packed as .csv.gz.</param>
    /// <exception cref="TraceException">It cannot be used.</exception>
    public static RequestTrace Read(string file)
    {
        var table = CsvTable.Read(file, "TIMESTAMP", "ContextTokens", "GeneratedTokens");
        if (table.Count == 0)
        {
            throw new TraceException($"{file}: has no requests; give one a line");
        }

        var requests = new List<(DateTime Time, int Context, int Generated)>(table.Count);
        for (var row = 0; row < table.Count; row++)
        {
            requests.Add(DateTime.TryParse(table.Text(row, "TIMESTAMP"), CultureInfo.InvariantCulture, Utc, out var time)
                ? (time, table.Positive(row, "ContextTokens"), table.Positive(row, "GeneratedTokens"))
                : throw table.Wrong(row, "TIMESTAMP", "a time such as 2023-11-16 18:17:03.9799600"));
        }

        requests.Sort();
        return new([.. requests.Select(request => new InferenceRequest((request.Time - requests[0].Time).TotalSeconds, request.Context, request.Generated))]);
    }

    /// <summary>The same pattern with more or fewer requests: each comes so many times over, its copies spread over some seconds.</summary>
    /// <param name="factor">How many times, above 0; a fraction repeats or drops evenly.</param>
    /// <param name="spreadSeconds">Over how long the copies are spread, in seconds.</param>
    /// <returns>The requests in the order of their times.</returns>
    public IReadOnlyList<InferenceRequest> Times(double factor, double spreadSeconds)
    {
        var requests = new List<InferenceRequest>((int)(Requests.Count * factor) + 1);
        for (var i = 0; i < Requests.Count; i++)
        {
            var copies = (long)((i + 1) * factor) - (long)(i * factor);
            for (var copy = 0; copy < copies; copy++)
            {
                var place = (i + (copy * Golden)) * Golden % 1; // Even and without chance.
                requests.Add(Requests[i] with { Seconds = Requests[i].Seconds + (place * spreadSeconds) });
            }
        }

        return [.. requests.OrderBy(static request => request.Seconds)];
    }
}
