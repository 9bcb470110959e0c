using Datahall.Energy.Facility;
using Datahall.Model.Catalogue;
using Datahall.Twin.Traces;
using Datahall.Twin.Traces.Inference;

namespace Datahall.Twin.Tests.Traces.Inference;

public sealed class FeedStudyTests
{
    private static readonly ServerType Server = new(ServerCatalogue.Find("dgx-h100")!);

    [Theory]
    [InlineData("conv", 8)]
    [InlineData("code", 3)]
    public void Thirty_percent_more_servers_on_the_Azure_trace_trip_no_breaker_and_P99_grows_by_at_most_5_percent(string name, double load)
    {
        var trace = RequestTrace.Read(SharedData.Find($"scheduling/traces/azure-llm-2023/AzureLLMInferenceTrace_{name}.csv"));

        var report = FeedStudy.Run(trace, Server, new() { Load = load }, TestContext.Current.CancellationToken);

        Assert.Equal((20, 26), (report.Base.Servers, report.Guarded.Servers));
        Assert.InRange((double)report.Guarded.Requests / report.Base.Requests, 1.299, 1.301);
        Assert.True(report.More.BreakerSeconds > 0); // Else there were nothing to guard.
        Assert.Equal(0, report.Guarded.BreakerSeconds);
        Assert.InRange(report.P99Growth, -0.02, 0.05);
        Assert.Equal(0, report.Guarded.StageShares[3]); // The brake was never needed.
    }

    [Fact]
    public void One_request_takes_its_prompt_and_a_step_for_each_further_token()
    {
        using var file = new RequestFile("2023-11-16 18:00:00.0000000,2000,11");
        var model = new InferenceModel();

        var run = InferenceRow.Run(RequestTrace.Read(file.Path).Times(1, 0), Server, new() { Servers = 2 }, TestContext.Current.CancellationToken);

        var prompt = 2000 / model.PromptRate;
        Assert.Equal(prompt, run.All.FirstTokenP99, 1e-9);
        Assert.Equal(prompt + (10 * (model.StepSeconds + model.StepSecondsPerRequest)), run.All.P99, 1e-9);
        Assert.Single(run.Watts);
    }

    [Fact]
    public void Copies_are_as_many_as_the_factor_says_and_in_order()
    {
        using var file = new RequestFile("2023-11-16 18:00:00.5,100,5", "2023-11-16 18:00:00.1,200,6", "2023-11-16 18:00:09,300,7", "2023-11-16 18:00:10,400,8");
        var trace = RequestTrace.Read(file.Path);

        Assert.Equal([0, 0.4, 8.9, 9.9], trace.Requests.Select(static request => Math.Round(request.Seconds, 6)));
        Assert.Equal(10, trace.Times(2.5, 20).Count);
        Assert.Equal(trace.Times(2.5, 20).OrderBy(static request => request.Seconds), trace.Times(2.5, 20));
        Assert.Equal(trace.Requests, trace.Times(1, 0));
    }

    [Theory]
    [InlineData("yesterday,1,2", ":2: TIMESTAMP is 'yesterday'; it must be a time such as 2023-11-16")]
    [InlineData("2023-11-16 18:00:00,0,2", ":2: ContextTokens is '0'; it must be a whole number, 1 or more")]
    public void A_file_that_cannot_be_used_says_where(string line, string message)
    {
        using var file = new RequestFile(line);

        Assert.Contains(message, Assert.Throws<TraceException>(() => RequestTrace.Read(file.Path)).Message, StringComparison.Ordinal);
    }

    private sealed class RequestFile : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("datahall-requests-").FullName;

        public RequestFile(params string[] lines) => File.WriteAllLines(Path, ["TIMESTAMP,ContextTokens,GeneratedTokens", .. lines]);

        public string Path => System.IO.Path.Combine(folder, "requests.csv");

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }
}
