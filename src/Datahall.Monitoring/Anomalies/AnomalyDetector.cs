using System.Runtime.InteropServices;
using Datahall.Monitoring.Diagnosis;
using Datahall.Monitoring.Lines;

namespace Datahall.Monitoring.Anomalies;

/// <summary>Watches how often each template occurs: new ones after the time of learning, and bursts against a template's own past.</summary>
/// <remarks>
/// A burst is a window with more lines than the mean of the windows before it by 6 standard deviations. Mean and deviation are
/// exponentially weighted, empty windows included (Roberts, Technometrics 1, 1959); the variance is at least the mean, as of a Poisson process,
/// so that rare templates are not bursts at every second line. The past begins anew with the first line that has a time, and where times jump back by more windows
/// than the learning takes, or ahead by so many that nothing of the past would count: over New Year in logs without years, at a wrong clock. A burst goes into the past no higher than its limit, or it would hide the next one. Memory is bounded by the templates. Not safe for several threads.
/// </remarks>
public sealed class AnomalyDetector
{
    private const int FarAhead = 10; // In half-lives: the past counts less than a thousandth then.

    private readonly AnomalyOptions options;
    private readonly double decay;
    private readonly Action<LogAnomaly> found;
    private readonly Dictionary<int, History> histories = [];
    private readonly HashSet<int> touched = [];
    private long first = long.MinValue;
    private long window = long.MinValue;
    private long lines;
    private bool hasTimes;
    private int beginnings;

    /// <summary>A detector that knows nothing yet.</summary>
    /// <param name="found">Called for each anomaly: at once for a new template, at the end of its window for a burst.</param>
    /// <param name="options">What is unusual; null for the defaults.</param>
    public AnomalyDetector(Action<LogAnomaly> found, AnomalyOptions? options = null)
    {
        this.options = options ?? new();
        this.found = found;
        decay = Math.Pow(0.5, 1 / this.options.HalfLife);
    }

    /// <summary>Takes a line.</summary>
    /// <param name="template">The number of its template.</param>
    /// <param name="line">The number of the line.</param>
    /// <param name="unixMilliseconds">Its time; null when it has none. A time a little before the last one counts as that one.</param>
    /// <param name="level">What the line says of itself; only asked of a template's first line.</param>
    public void Add(int template, long line, long? unixMilliseconds, LineLevel level)
    {
        lines++;
        if (unixMilliseconds is { } time)
        {
            Advance(time / options.WindowMilliseconds, isNewBeginning: !hasTimes || IsJump(time / options.WindowMilliseconds));
            hasTimes = true;
        }
        else if (!hasTimes)
        {
            Advance(lines / options.WindowLines, isNewBeginning: false);
        }

        ref var history = ref CollectionsMarshal.GetValueRefOrAddDefault(histories, template, out var known);
        if (!known)
        {
            history = new(window, beginnings, level, unixMilliseconds, line);
            if (lines > options.LearningLines)
            {
                history!.IsBursting = true; // That it is new says enough.
                found(new(AnomalyKind.NewTemplate, template, line, 1, 0, SeverityOf(level)) { UnixMilliseconds = unixMilliseconds });
            }
        }

        if (history!.Count++ == 0)
        {
            (history.Line, history.Time) = (line, unixMilliseconds);
            touched.Add(template);
        }
    }

    /// <summary>Whether the template's level is to be found out, because it was not seen yet.</summary>
    public bool IsNew(int template) => !histories.ContainsKey(template);

    /// <summary>Two templates became one.</summary>
    public void Merge(int from, int into)
    {
        if (!histories.Remove(from, out var gone))
        {
            return;
        }

        touched.Remove(from);
        if (!histories.TryGetValue(into, out var stays))
        {
            histories[into] = gone;
            stays = gone;
        }
        else
        {
            stays.Take(gone, window, decay, beginnings);
        }

        if (stays.Count > 0)
        {
            touched.Add(into);
        }
    }

    /// <summary>Ends the window that is under way.</summary>
    public void Finish() => Advance(window + 1, isNewBeginning: false);

    private bool IsJump(long to) => to < window - options.LearningWindows || to - window > FarAhead * options.HalfLife;

    private void Advance(long to, bool isNewBeginning)
    {
        if (first == long.MinValue)
        {
            (first, window) = (to, to);
        }

        if (to <= window && !isNewBeginning)
        {
            return;
        }

        foreach (var template in touched)
        {
            Judge(template, histories[template]);
        }

        touched.Clear();
        window = to;
        if (isNewBeginning)
        {
            first = to;
            beginnings++; // Each template forgets its past when it is seen next.
        }
    }

    private void Judge(int template, History history)
    {
        history.DecayTo(window, decay, beginnings);
        var weight = 1 - Math.Pow(decay, window - first);
        var mean = weight > 0 ? history.Mean / weight : 0;
        var variance = weight > 0 ? Math.Max(mean, (history.Square / weight) - (mean * mean)) : 0;
        var limit = Math.Max(options.LeastLines, mean + (options.Deviations * Math.Sqrt(Math.Max(variance, 1))));
        var isBurst = history.Count > limit;
        if (isBurst && !history.IsBursting && window - first >= options.LearningWindows)
        {
            found(new(AnomalyKind.Burst, template, history.Line, history.Count, mean, SeverityOf(history.Level)) { UnixMilliseconds = history.Time });
        }

        history.IsBursting = isBurst;
        history.Close(window, decay, window - first < options.LearningWindows ? history.Count : Math.Min(history.Count, limit));
    }

    private static DiagnosisSeverity SeverityOf(LineLevel level) => level switch
    {
        LineLevel.Fatal => DiagnosisSeverity.Critical,
        LineLevel.Error => DiagnosisSeverity.Warning,
        _ => DiagnosisSeverity.Info,
    };

    /// <summary>A template's past: weighted sums over windows, brought up to date when it is seen.</summary>
    private sealed class History(long since, int beginning, LineLevel level, long? time, long line)
    {
        private long upTo = since;
        private int beginning = beginning;

        public LineLevel Level { get; } = level;

        public long Line { get; set; } = line;

        public long? Time { get; set; } = time;

        public long Count { get; set; }

        public double Mean { get; private set; }

        public double Square { get; private set; }

        public bool IsBursting { get; set; }

        public void DecayTo(long window, double decay, int beginning)
        {
            if (this.beginning != beginning)
            {
                (this.beginning, Mean, Square, upTo, IsBursting) = (beginning, 0, 0, window, false);
            }

            if (window <= upTo)
            {
                return;
            }

            var factor = Math.Pow(decay, window - upTo);
            (Mean, Square, upTo) = (Mean * factor, Square * factor, window);
            IsBursting &= factor >= decay * 0.999; // A window without lines ends a burst.
        }

        public void Close(long window, double decay, double count)
        {
            Mean = (Mean * decay) + ((1 - decay) * count);
            Square = (Square * decay) + ((1 - decay) * count * count);
            (Count, upTo) = (0, window + 1);
        }

        public void Take(History other, long window, double decay, int beginning)
        {
            DecayTo(window, decay, beginning);
            other.DecayTo(window, decay, beginning);
            Square += other.Square + (2 * Mean * other.Mean);
            Mean += other.Mean;
            Count += other.Count;
            IsBursting |= other.IsBursting;
        }
    }
}
