using System.Globalization;
using Datahall.Learning.Tracking;
using Datahall.Learning.Tuning;
using Microsoft.Extensions.Time.Testing;

namespace Datahall.Learning.Tests.Tuning;

public sealed class TunerTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("datahall-tune-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    private TuneSettings Settings(int trials, Sampling sampler = Sampling.Tpe, HalvingSettings? halving = null) => new()
    {
        Base = "base.yaml",
        Output = root,
        Trials = trials,
        Sampler = sampler,
        Halving = halving,
        Space = new Dictionary<string, RangeSettings> { ["x"] = new() { Uniform = [0, 10] }, ["kind"] = new() { Choice = ["good", "bad", "worse"] } },
    };

    private static async Task<IReadOnlyList<Trial>> RunAsync(TuneSettings settings, ITrialRunner runner)
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(2) };
        var search = new Tuner(settings, runner, time, static _ => { }).RunAsync(TestContext.Current.CancellationToken);
        while (!search.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(2));
            await Task.Yield();
        }

        return await search;
    }

    [Fact]
    public async Task Tpe_comes_nearer_to_the_best_place_than_chance()
    {
        var guided = await RunAsync(Settings(40), new Parabola());
        Directory.Delete(root, recursive: true);
        var random = await RunAsync(Settings(40, Sampling.Random), new Parabola());

        Assert.True(guided.TakeLast(20).Average(static trial => trial.Score) > random.TakeLast(20).Average(static trial => trial.Score) + 0.5);
        Assert.InRange(guided.Max(static trial => trial.Score!.Value), -0.2, 0);
    }

    [Fact]
    public async Task Trials_that_are_behind_end_early()
    {
        var runner = new Parabola { Evaluations = 9 };

        var trials = await RunAsync(Settings(30, Sampling.Random, new() { First = 1, Factor = 3 }), runner);

        Assert.Contains(trials, static trial => trial is { State: TrialState.Stopped, Evaluations: 1 });
        Assert.Equal(9, trials.Where(static trial => trial.State is TrialState.Finished).Max(static trial => trial.Evaluations));
        Assert.True(trials.Sum(static trial => trial.Evaluations) < 30 * 9 / 2);
    }

    [Fact]
    public async Task A_search_that_was_interrupted_goes_on_and_ends_with_the_same_trials()
    {
        var whole = await RunAsync(Settings(12), new Parabola());
        Directory.Delete(root, recursive: true);
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(Settings(12), new Parabola { FailAt = 7 }));

        var resumed = await RunAsync(Settings(12), new Parabola());

        Assert.Equal(whole.Select(static trial => (string.Join(' ', trial.Changes), trial.Score)), resumed.Select(static trial => (string.Join(' ', trial.Changes), trial.Score)));
    }

    [Fact]
    public async Task A_search_in_the_folder_of_another_space_is_refused()
    {
        _ = await RunAsync(Settings(2), new Parabola());
        var other = Settings(2) with { Space = new Dictionary<string, RangeSettings> { ["y"] = new() { Log = [1e-5, 1] } } };

        Assert.Contains("another output folder", (await Assert.ThrowsAsync<LearningException>(() => RunAsync(other, new Parabola()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_with_other_base_settings_is_refused_and_one_with_more_trials_goes_on()
    {
        var file = Path.Combine(root, "base.yaml");
        await File.WriteAllTextAsync(file, "seed: 1", TestContext.Current.CancellationToken);
        var settings = Settings(2) with { Base = file };
        _ = await RunAsync(settings, new Parabola());

        Assert.Equal(3, (await RunAsync(settings with { Trials = 3, Parallel = 2 }, new Parabola())).Count);
        await File.WriteAllTextAsync(file, "seed: 2", TestContext.Current.CancellationToken);
        Assert.Contains("other base settings", (await Assert.ThrowsAsync<LearningException>(() => RunAsync(settings, new Parabola()))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Failed:0.9 Finished:0.5 Stopped:0.7 Finished:0.6", 4)]
    [InlineData("Failed:0.9 Stopped:0.7 Finished:", 2)]
    [InlineData("Failed:0.9 Failed:", 1)]
    public void The_best_trial_is_one_that_came_to_its_end(string trials, int best)
    {
        var all = trials.Split(' ').Select(static (text, i) => new Trial
        {
            Number = i + 1,
            Places = [],
            Changes = [],
            State = Enum.Parse<TrialState>(text.Split(':')[0]),
            Score = text.Split(':')[1] is { Length: > 0 } score ? double.Parse(score, CultureInfo.InvariantCulture) : null,
        });

        Assert.Equal(best, Tuner.BestOf(all).Number);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10_000)]
    public void Trials_of_one_machine_share_its_cores(int parallel)
    {
        var start = new ProcessTrials("base.yaml", parallel).Describe(new() { Number = 1, Places = [], Changes = ["x=1"] }, root);

        var own = Environment.GetEnvironmentVariable("OMP_NUM_THREADS"); // What the user has set is left.
        Assert.Equal(own ?? $"{Math.Max(1, Environment.ProcessorCount / parallel)}", start.Environment["OMP_NUM_THREADS"]);
        Assert.Equal(["train", "--config", "base.yaml", "--output", root, "--set", "x=1"], start.ArgumentList);
    }

    [Theory]
    [InlineData("uniform", 3, 1)]
    [InlineData("log", 0, 1)]
    public void A_range_that_is_none_is_named(string kind, double low, double high)
    {
        var range = kind == "log" ? new RangeSettings { Log = [low, high] } : new RangeSettings { Uniform = [low, high] };

        Assert.Contains("space.rate", Assert.Throws<LearningException>(() => Dimension.Of(new Dictionary<string, RangeSettings> { ["rate"] = range })).Message, StringComparison.Ordinal);
    }

    // A trial whose score is highest at x = 3 with the good kind; it ends at the first look.
    private sealed class Parabola : ITrialRunner
    {
        public int Evaluations { get; init; } = 1;

        public int? FailAt { get; init; }

        public IRunningTrial Start(Trial trial, string folder)
        {
            if (trial.Number == FailAt)
            {
                throw new InvalidOperationException("the machine went down");
            }

            var values = trial.Changes.Select(static change => change.Split('=')).ToDictionary(static pair => pair[0], static pair => pair[1], StringComparer.Ordinal);
            var distance = double.Parse(values["x"], CultureInfo.InvariantCulture) - 3;
            var score = -(distance * distance) - (values["kind"] switch { "good" => 0, "bad" => 5, _ => 9 });
            return new Running(folder, Evaluations, score);
        }

        private sealed class Running(string folder, int evaluations, double score) : IRunningTrial
        {
            private int looks;

            public TrialOutcome Look()
            {
                Directory.CreateDirectory(folder);
                File.AppendAllText(
                    Path.Combine(folder, "metrics.jsonl"),
                    MetricFile.Format(new(++looks, DateTimeOffset.UnixEpoch, new Dictionary<string, double> { [Tuner.ScoreMetric] = score })) + "\n");
                return new(looks == evaluations);
            }

            public void Stop()
            {
            }

            public void Dispose()
            {
            }
        }
    }
}
