using System.Text.Json;
using Datahall.Learning.Files;
using Datahall.Learning.Settings;
using Datahall.Learning.Tracking;

namespace Datahall.Learning.Tuning;

/// <summary>Searches for settings: chooses trials, runs them, ends those that fall behind, and remembers all in <c>trials.json</c>, from which it goes on.</summary>
internal sealed class Tuner(TuneSettings settings, ITrialRunner runner, TimeProvider time, Action<string> say)
{
    /// <summary>The metric that trials are compared by; every evaluation of a training writes it.</summary>
    public const string ScoreMetric = "dev/score";

    private static readonly TimeSpan lookEvery = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    private readonly IReadOnlyList<Dimension> dimensions = Dimension.Of(settings.Space);
    private readonly SuccessiveHalving? halving = settings.Halving is { } rule ? new(rule) : null;
    private readonly SortedDictionary<int, Trial> trials = [];
    private readonly Dictionary<int, IRunningTrial> running = [];

    // What trials follow from: with another base, space or sampling they would not be comparable. How many there are and where they run may change.
    private readonly string fingerprint = SettingsFile.Fingerprint(
        new TuneSettings { Base = "", Output = "", Space = settings.Space, Sampler = settings.Sampler, Seed = settings.Seed }, System.IO.File.Exists(settings.Base) ? [settings.Base] : []);

    private string File => Path.Combine(settings.Output, "trials.json");

    /// <summary>Searches to the end.</summary>
    /// <returns>All trials, by number.</returns>
    /// <exception cref="LearningException">No trial came to a score, or what is remembered is of another search.</exception>
    public async Task<IReadOnlyList<Trial>> RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(settings.Output);
        Load();
        try
        {
            while (true)
            {
                Start();
                if (running.Count == 0)
                {
                    break;
                }

                await Task.Delay(lookEvery, time, cancellationToken);
                foreach (var number in running.Keys.ToList())
                {
                    Look(number);
                }
            }
        }
        finally
        {
            foreach (var trial in running.Values)
            {
                trial.Dispose();
            }
        }

        return trials.Values.Any(static trial => trial.Score is not null)
            ? [.. trials.Values]
            : throw new LearningException($"none of {trials.Count} trials came to a score{(trials.Values.FirstOrDefault(static trial => trial.Failure is not null) is { } failed ? $"; trial {failed.Number}: {failed.Failure}" : "; set data.dev in the base settings")}");
    }

    /// <summary>The trial with the best settings: the highest score of those that came to their end, else of those that ended early, else of those that failed.</summary>
    /// <param name="trials">At least one has a score.</param>
    public static Trial BestOf(IEnumerable<Trial> trials) => trials.Where(static trial => trial.Score is not null)
        .OrderBy(static trial => trial.State switch { TrialState.Finished => 0, TrialState.Failed => 2, _ => 1 })
        .ThenByDescending(static trial => trial.Score)
        .First();

    /// <summary>The folder of a trial's run.</summary>
    public string FolderOf(int number) => Path.Combine(settings.Output, FormattableString.Invariant($"trial-{number:D3}"));

    private void Start()
    {
        // Those that were interrupted go on first.
        foreach (var trial in trials.Values.Where(trial => trial.State is TrialState.Running && !running.ContainsKey(trial.Number)).Take(settings.Parallel - running.Count).ToList())
        {
            running.Add(trial.Number, runner.Start(trial, FolderOf(trial.Number)));
            say($"trial {trial.Number} goes on: {string.Join(", ", trial.Changes)}");
        }

        while (running.Count < settings.Parallel && trials.Count < settings.Trials)
        {
            var number = trials.Count + 1;
            var places = Choose(number);
            var trial = new Trial { Number = number, Places = places, Changes = [.. dimensions.Select((dimension, i) => $"{dimension.Field}={dimension.TextAt(places[i])}")] };
            Keep(trial);
            running.Add(number, runner.Start(trial, FolderOf(number)));
            say($"trial {number} of {settings.Trials}: {string.Join(", ", trial.Changes)}");
        }
    }

    private double[] Choose(int number)
    {
        var random = new Random(unchecked((settings.Seed * 1_000_003) + number)); // Its own for each: a search that goes on chooses as one that never stopped.
        return settings.Sampler is Sampling.Random
            ? [.. dimensions.Select(_ => random.NextDouble())]
            : TpeSampler.Next(dimensions, [.. trials.Values.Where(static trial => trial.Score is not null).Select(static trial => (trial.Places.ToArray(), trial.Score!.Value))], random);
    }

    private void Look(int number)
    {
        var (trial, outcome) = (trials[number], running[number].Look()); // Before the scores are read: the last ones are there once it has ended.
        var scores = ScoresOf(number);
        for (var i = trial.Evaluations; i < scores.Count && !IsOver(trial); i++)
        {
            trial = trial with { Evaluations = i + 1, Score = Math.Max(trial.Score ?? double.NegativeInfinity, scores[i]) };
            if (halving?.GoesOn(trial.Evaluations, trial.Score.Value) is false && !outcome.HasEnded)
            {
                trial = trial with { State = TrialState.Stopped };
            }
        }

        if (outcome.HasEnded && !IsOver(trial))
        {
            trial = outcome.Failure is { } why ? trial with { State = TrialState.Failed, Failure = why } : trial with { State = TrialState.Finished };
        }

        if (trial != trials[number])
        {
            Keep(trial);
        }

        if (IsOver(trial))
        {
            if (!outcome.HasEnded)
            {
                running[number].Stop();
            }

            running[number].Dispose();
            running.Remove(number);
            say(FormattableString.Invariant($"trial {number} {trial.State.ToString().ToLowerInvariant()}{(trial.Score is { } score ? FormattableString.Invariant($", score {score:0.0000}") : "")}{(trial.Failure is { } failure ? $": {failure}" : "")}"));
        }
    }

    private List<double> ScoresOf(int number) =>
        [.. MetricFile.Read(Path.Combine(FolderOf(number), "metrics.jsonl")).Where(static line => line.Metrics.ContainsKey(ScoreMetric)).Select(static line => line.Metrics[ScoreMetric])];

    private static bool IsOver(Trial trial) => trial.State is not TrialState.Running;

    private void Keep(Trial trial)
    {
        trials[trial.Number] = trial;
        AtomicFile.WriteText(File, JsonSerializer.Serialize(new Record(fingerprint, [.. trials.Values]), json));
    }

    private void Load()
    {
        if (!System.IO.File.Exists(File))
        {
            return;
        }

        Record before;
        try
        {
            before = JsonSerializer.Deserialize<Record>(System.IO.File.ReadAllBytes(File), json) ?? throw new JsonException("the file says null");
        }
        catch (JsonException e)
        {
            throw new LearningException($"{File}: not readable ({e.Message}); remove it to search anew", e);
        }

        if (before.Fingerprint != fingerprint)
        {
            throw new LearningException($"{File} is of a search with other base settings, another space, sampler or seed; search into another output folder");
        }

        foreach (var trial in before.Trials)
        {
            trials[trial.Number] = trial;
            var best = double.NegativeInfinity;
            foreach (var (i, score) in ScoresOf(trial.Number).Take(trial.Evaluations).Index())
            {
                _ = halving?.GoesOn(i + 1, best = Math.Max(best, score)); // Those to come are compared with these too.
            }
        }
    }

    private sealed record Record(string Fingerprint, IReadOnlyList<Trial> Trials);
}
