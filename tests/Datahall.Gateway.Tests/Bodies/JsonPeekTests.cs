using System.Globalization;
using System.Text;
using System.Text.Json;
using Datahall.Gateway.Bodies;

namespace Datahall.Gateway.Tests.Bodies;

public sealed class JsonPeekTests
{
    [Theory]
    [InlineData("""{"model":"m"}""", "m", false)]
    [InlineData("""  { "a" : 1 , "model" : "meta-llama\/L-3" , "stream" : true } """, "meta-llama/L-3", true)]
    [InlineData("""{"messages":[{"role":"user","content":"\"model\":\"no\" } ] \\"}],"stream":true,"model":"yes"}""", "yes", true)]
    [InlineData("""{"x":{"model":"inner","stream":true},"model":"outer"}""", "outer", false)]
    [InlineData("""{"mod\u0065l":"a\u00e9\ud83d\ude00\n"}""", "a\u00e9\U0001F600\n", false)]
    [InlineData("""{"model":"","stream":false}""", "", false)]
    [InlineData("""{"a":"\\","model":"m"}""", "m", false)]
    [InlineData("""{"a":[],"b":{},"c":null,"d":-1.5e3,"model":"m","e":[[["]"]]]}""", "m", false)]
    [InlineData("""{"a-key-longer-than-any-that-matters":1,"model":"m"}""", "m", false)]
    public void Take_finds_model_and_stream_in_any_pieces(string json, string model, bool stream)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        for (var piece = 1; piece <= bytes.Length; piece++)
        {
            var peek = Take(bytes, piece);

            Assert.Equal(PeekStatus.Done, peek.Status);
            Assert.Equal((true, model, stream, false), (peek.HasModel, Encoding.UTF8.GetString(peek.Model), peek.Stream, peek.IsAmbiguous));
        }
    }

    [Theory]
    [InlineData("""{"stream":1}""")]
    [InlineData("""{"model":null}""")]
    [InlineData("""{"model":3}""")]
    [InlineData("""{"model":["m"]}""")]
    [InlineData("""{"modelx":"m","Model":"m"}""")]
    [InlineData("{}")]
    public void Take_finds_no_model_where_none_is(string json)
    {
        var peek = Take(Encoding.UTF8.GetBytes(json), 3);

        Assert.Equal((PeekStatus.Done, false, false), (peek.Status, peek.HasModel, peek.Stream));
        Assert.True(peek.Model.IsEmpty);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("\"model\"")]
    [InlineData("{model:1}")]
    [InlineData("{\"model\" \"m\"}")]
    [InlineData("{\"model\":}")]
    [InlineData("{\"model\":\"\\x\"}")]
    [InlineData("{\"model\":\"\\ud800x\"}")]
    [InlineData("{\"model\":\"a\nb\"}")]
    [InlineData("{\"a\":1]")]
    public void Take_gives_up_on_what_is_no_object(string json) => Assert.Equal(PeekStatus.NotJson, Take(Encoding.UTF8.GetBytes(json + "   "), 2).Status);

    [Fact]
    public void Take_says_when_a_member_comes_twice()
    {
        Assert.True(Take("""{"model":"a","model":"b"}"""u8.ToArray(), 5).IsAmbiguous);
        Assert.True(Take("""{"model":"a","m\u006fdel":null}"""u8.ToArray(), 5).IsAmbiguous);
        Assert.False(Take("""{"x":1,"x":2,"model":"b"}"""u8.ToArray(), 5).IsAmbiguous);
    }

    [Fact]
    public void Take_stops_at_the_limit_and_keeps_what_it_found()
    {
        var json = Encoding.UTF8.GetBytes("{\"model\":\"m\",\"messages\":\"" + new string('x', 1000) + "\"}");
        var peek = new JsonPeek(100);

        Assert.Equal(PeekStatus.LimitReached, peek.Take(json));
        Assert.Equal("m"u8, peek.Model);
        Assert.Equal(PeekStatus.LimitReached, peek.Take(json));
    }

    [Fact]
    public void Take_takes_no_model_longer_than_256_bytes()
    {
        Assert.True(Take(Encoding.UTF8.GetBytes($"{{\"model\":\"{new string('m', 256)}\"}}"), 9).HasModel);
        Assert.False(Take(Encoding.UTF8.GetBytes($"{{\"model\":\"{new string('m', 257)}\"}}"), 9).HasModel);
    }

    [Theory]
    [InlineData("""{"model":"m","messages":[{"content":"hi"}],"x":1}""", """[{"content":"hi"}]""")]
    [InlineData("""{"prompt": "say \"hi\"" }""", "\"say \\\"hi\\\"\"")]
    [InlineData("""{"input":17}""", "17")]
    public void Take_says_where_the_prompt_lies(string json, string expected)
    {
        for (var piece = 1; piece <= json.Length; piece++)
        {
            var peek = Take(Encoding.UTF8.GetBytes(json), piece);

            Assert.Equal(expected, json[(int)peek.PromptStart..(int)peek.PromptEnd]);
        }
    }

    [Fact]
    public void Take_agrees_with_a_whole_parser_on_random_objects()
    {
        for (var seed = 1; seed <= 3000; seed++)
        {
            var random = new Random(seed);
            var json = JsonSerializer.SerializeToUtf8Bytes(RandomObject(random));
            using var whole = JsonDocument.Parse(json);
            var model = whole.RootElement.TryGetProperty("model", out var found) && found.ValueKind is JsonValueKind.String ? found.GetString() : null;

            var peek = Take(json, random.Next(1, 40));

            var text = string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {Encoding.UTF8.GetString(json)}");
            Assert.True(peek.Status is PeekStatus.Done, text);
            Assert.True(model == (peek.HasModel ? Encoding.UTF8.GetString(peek.Model) : null), text);
        }
    }

    [Fact]
    public void Take_allocates_nothing()
    {
        var json = Encoding.UTF8.GetBytes("{\"messages\":[{\"content\":\"" + new string('x', 4000) + "\"}],\"model\":\"m\",\"stream\":true}");

        Assert.Equal(0, Allocation.Of(() => _ = Take(json, 700)));
    }

    private static JsonPeek Take(byte[] json, int piece)
    {
        var peek = new JsonPeek(long.MaxValue);
        for (var at = 0; at < json.Length; at += piece)
        {
            peek.Take(json.AsSpan(at, Math.Min(piece, json.Length - at)));
        }

        return peek;
    }

    private static Dictionary<string, object?> RandomObject(Random random)
    {
        string[] keys = ["model", "stream", "messages", "a\"b", "mo\\del", "x", "prompt", "\u00e9", "temperature"];
        return keys.Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next()).ToDictionary(static key => key, _ => RandomValue(random, 3));
    }

    private static object? RandomValue(Random random, int depth) => random.Next(depth > 0 ? 7 : 5) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.NextDouble() * 1e6,
        3 or 4 => new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => "{}[]\"\\,:m\n\u00e9\u20acx"[random.Next(13)])]),
        5 => Enumerable.Range(0, random.Next(4)).Select(_ => RandomValue(random, depth - 1)).ToArray(),
        _ => depth > 1 ? new Dictionary<string, object?> { ["model"] = RandomValue(random, depth - 1) } : 0,
    };
}
