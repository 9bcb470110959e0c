namespace Datahall.Learning.Tracking.Mlflow;

/// <summary>Values on their way to the server, at most <see cref="Capacity"/>: then the oldest give way. Thread safe.</summary>
internal sealed class MlflowQueue
{
    public const int Capacity = 100_000;

    private readonly Lock gate = new();
    private readonly Queue<MlflowMetric> waiting = new();
    private Dictionary<string, long> sent = [];

    /// <summary>How many values gave way.</summary>
    public int Dropped { get; private set; }

    public int Count
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    /// <summary>Says which step of each metric the server has: a resumed run measures some again, to the same values.</summary>
    public void Open(Dictionary<string, long> alreadySent) => sent = alreadySent;

    public void Add(MetricLine line)
    {
        lock (gate)
        {
            foreach (var (name, value) in line.Metrics)
            {
                var key = KeyOf(name);
                if (sent.TryGetValue(key, out var last) && line.Step <= last)
                {
                    continue;
                }

                if (waiting.Count == Capacity)
                {
                    waiting.Dequeue();
                    Dropped++;
                }

                waiting.Enqueue(new MlflowMetric(key, value, line.Time.ToUnixTimeMilliseconds(), line.Step));
            }
        }
    }

    /// <summary>The oldest values; they stay until <see cref="Remove"/>.</summary>
    public IReadOnlyList<MlflowMetric> Peek(int most)
    {
        lock (gate)
        {
            return [.. waiting.Take(most)];
        }
    }

    /// <summary>Removes values that the server has taken, and returns which step of each metric it has now.</summary>
    public Dictionary<string, long> Remove(IReadOnlyList<MlflowMetric> taken)
    {
        lock (gate)
        {
            foreach (var metric in taken)
            {
                if (waiting.TryPeek(out var first) && ReferenceEquals(first, metric))
                {
                    waiting.Dequeue();
                }

                sent[metric.Key] = metric.Step;
            }

            return new Dictionary<string, long>(sent);
        }
    }

    /// <summary>MLflow allows letters, digits and <c>_ - . space / :</c> in names.</summary>
    public static string KeyOf(string name) =>
        string.Concat(name.Select(letter => char.IsLetterOrDigit(letter) || "_-. /:".Contains(letter, StringComparison.Ordinal) ? letter : '_'));
}
