using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Datahall.Cli.Tests.Gateways;

/// <summary>examples/gateway, as docs/gateway/first-model.md walks through it, with the gateway that 'up' contains.</summary>
[Collection(RealProcesses.Name)]
public sealed class ExampleTests
{
    [Fact]
    public async Task The_first_model_answers_as_the_guide_says()
    {
        using var directory = new TestDirectory();
        var data = Path.Combine(directory.Path, "data");
        await using var up = RunningProgram.Start("up", "--data", data, "--listen", "http://127.0.0.1:0", "--apply", Path.Combine(Root(), "examples", "gateway", "models.yaml"));
        var line = await up.LineAsync("requests for services go to");
        await up.LineAsync("Everything runs or is done");
        using var http = new HttpClient { BaseAddress = new(line.Split(' ')[^1]) };

        var chat = await PostAsync(http, "/v1/chat/completions", """{"model": "tiny", "messages": [{"role": "user", "content": "hello"}]}""");
        Assert.Equal("You said: hello", chat.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());

        // The members' probabilities for good are 1 / (1 + e^(-1.1)) and 1 / (1 + e^(-1.4)); the mean of both is 0.7762. Half a second may be too short for a member's very first answer.
        var ask = """{"inputs": [{"name": "TEXT", "datatype": "BYTES", "shape": [1], "data": ["great news"]}]}""";
        foreach (var member in (string[])["sentiment-a", "sentiment-b", "sentiment"])
        {
            await PostAsync(http, $"/v2/models/{member}/infer", ask);
        }

        var sentiment = await PostAsync(http, "/v2/models/sentiment/infer", ask);
        var probabilities = sentiment.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(static value => value.GetDouble()).ToList();
        Assert.Equal([0.2238, 0.7762], probabilities.Select(static value => Math.Round(value, 4)));

        var services = await CliRun.OfAsync("get", "services", "--data", data);
        Assert.Contains("chat", services.Out, StringComparison.Ordinal);
        await up.EndAsync("TERM");
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Datahall.slnx")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }
}
