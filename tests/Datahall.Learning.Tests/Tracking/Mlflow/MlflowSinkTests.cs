using System.Text.Json.Nodes;
using Datahall.Learning.Tracking;
using Datahall.Learning.Tracking.Mlflow;

namespace Datahall.Learning.Tests.Tracking.Mlflow;

public sealed class MlflowSinkTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FakeMlflow server = new();
    private readonly List<string> told = [];

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    private MlflowServer Server => new(server.Address, "named entities")
    {
        RetryDelay = TimeSpan.FromMilliseconds(1),
        LongestRetryDelay = TimeSpan.FromMilliseconds(4),
        FinishWait = TimeSpan.FromSeconds(20),
    };

    private RunOptions Options => new(folder.File("ner"), new Dictionary<string, string> { ["learning rate"] = "0.001" })
    {
        CodeFolder = folder.Path,
        TensorBoard = false,
        Mlflow = Server,
    };

    [Fact]
    public void A_run_is_told_in_the_documented_bodies()
    {
        using (var run = RunTracker.Start(Options, TimeProvider.System, told.Add))
        {
            run.Log(3, new Dictionary<string, double> { ["train/loss"] = 0.25, ["f1(PER)"] = double.NaN });
            run.Finish(RunState.Finished);
        }

        Assert.Equal("experiments/get-by-name?experiment_name=named%20entities", server.Requests[0].Method);
        Assert.Equal("named entities", (string?)server.Bodies("experiments/create").Single()["name"]);
        var creation = server.Bodies("runs/create").Single();
        Assert.Equal(("7", "ner"), ((string)creation["experiment_id"]!, (string)creation["run_name"]!));
        Assert.True((long)creation["start_time"]! > 1_700_000_000_000);
        Assert.Contains(creation["tags"]!.AsArray(), tag => (string)tag!["key"]! == "mlflow.source.name" && (string)tag["value"]! == "datahall-learn");
        var parameters = server.Bodies("runs/log-batch").First();
        Assert.Equal("abc", (string?)parameters["run_id"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""[{"key":"learning rate","value":"0.001"}]"""), parameters["params"]));
        var metrics = server.Bodies("runs/log-batch").Last()["metrics"]!.AsArray();
        Assert.Equal(("train/loss", 0.25, 3), ((string)metrics[0]!["key"]!, (double)metrics[0]!["value"]!, (long)metrics[0]!["step"]!));
        Assert.Equal(("f1_PER_", "NaN"), ((string)metrics[1]!["key"]!, (string)metrics[1]!["value"]!));
        var update = server.Bodies("runs/update").Single();
        Assert.Equal(("abc", "FINISHED"), ((string)update["run_id"]!, (string)update["status"]!));
        Assert.True((long)update["end_time"]! >= (long)creation["start_time"]!);
        Assert.Empty(told);
    }

    [Fact]
    public void A_server_that_comes_back_gets_everything_once_and_the_user_one_line()
    {
        server.Failures = 5;
        using (var run = RunTracker.Start(Options, TimeProvider.System, told.Add))
        {
            Log(run, [.. Enumerable.Range(1, 2500)]);
            run.Finish(RunState.Failed, "the loss is not finite");
        }

        Assert.Equal(Enumerable.Range(1, 2500).Select(step => ("loss", (long)step)), server.Metrics);
        Assert.Equal("FAILED", (string?)server.Bodies("runs/update").Single()["status"]);
        Assert.Contains("does not answer", Assert.Single(told));
    }

    [Fact]
    public void A_server_that_stays_away_stops_nothing_and_gets_the_rest_on_resumption()
    {
        server.Failures = int.MaxValue;
        using (var run = RunTracker.Start(Options with { Mlflow = Server with { FinishWait = TimeSpan.FromMilliseconds(20) } }, TimeProvider.System, told.Add))
        {
            Log(run, 1, 2);
            run.Finish(RunState.Interrupted);
        }

        Assert.Equal($"2 values did not reach the MLflow server {server.Address}; {folder.File("ner", "metrics.jsonl")} has them all", told[^1]);
        server.Failures = 0;
        using (var run = RunTracker.Resume(Options, 2, TimeProvider.System, told.Add))
        {
            Log(run, 3);
            run.Finish(RunState.Finished);
        }

        Assert.Equal([("loss", 1L), ("loss", 2L), ("loss", 3L)], server.Metrics);
    }

    [Fact]
    public void A_resumed_run_goes_on_as_the_same_one_without_double_steps()
    {
        using (var run = RunTracker.Start(Options, TimeProvider.System, told.Add))
        {
            Log(run, 1, 2, 3);
            run.Finish(RunState.Interrupted);
        }

        using (var run = RunTracker.Resume(Options, 1, TimeProvider.System, told.Add))
        {
            Log(run, 2, 3, 4);
            run.Finish(RunState.Finished);
        }

        Assert.Equal([("loss", 1L), ("loss", 2L), ("loss", 3L), ("loss", 4L)], server.Metrics);
        Assert.Single(server.Bodies("runs/create"));
        Assert.Equal(["KILLED", "RUNNING", "FINISHED"], server.Bodies("runs/update").Select(body => (string)body["status"]!));
        Assert.Single(server.Bodies("runs/log-batch"), body => body["params"]!.AsArray().Count > 0);
    }

    [Fact]
    public void A_refusal_is_told_once_and_ends_the_talk()
    {
        server.RefusesAll = true;
        using (var run = RunTracker.Start(Options, TimeProvider.System, told.Add))
        {
            Log(run, 1);
            run.Finish(RunState.Finished);
        }

        Assert.Equal($"the MLflow server {server.Address} refuses the run (401, You are not authenticated.); the run goes on without it", told[0]);
        Assert.Single(MetricFile.Read(folder.File("ner", "metrics.jsonl")));
    }

    [Theory]
    [InlineData("MLFLOW_TRACKING_TOKEN", "secret", "Bearer secret")]
    [InlineData("MLFLOW_TRACKING_USERNAME", "ada", "Basic YWRhOnB3")]
    public void FromEnvironment_takes_credentials(string name, string value, string expected)
    {
        var variables = new Dictionary<string, string>
        {
            ["MLFLOW_TRACKING_URI"] = server.Address.ToString(),
            ["MLFLOW_TRACKING_PASSWORD"] = "pw",
            [name] = value,
        };
        using (var run = RunTracker.Start(Options with { Mlflow = MlflowServer.FromEnvironment(variables.GetValueOrDefault) }, TimeProvider.System, told.Add))
        {
            run.Finish(RunState.Finished);
        }

        Assert.All(server.Requests, request => Assert.Equal(expected, request.Authorization));
        Assert.Equal("Default", (string?)server.Bodies("experiments/create").Single()["name"]);
    }

    [Fact]
    public void FromEnvironment_is_null_without_an_address_and_refuses_a_wrong_one()
    {
        Assert.Null(MlflowServer.FromEnvironment(_ => null));
        Assert.Contains(
            "MLFLOW_TRACKING_URI is 'mlflow:5000'",
            Assert.Throws<LearningException>(() => MlflowServer.FromEnvironment(name => name == "MLFLOW_TRACKING_URI" ? "mlflow:5000" : null)).Message);
    }

    private static void Log(RunTracker run, params IReadOnlyList<int> steps)
    {
        foreach (var step in steps)
        {
            run.Log(step, new Dictionary<string, double> { ["loss"] = 1.0 / step });
        }
    }
}
