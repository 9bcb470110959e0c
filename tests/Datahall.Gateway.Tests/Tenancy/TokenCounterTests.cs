using System.Text;
using Datahall.Gateway.Tenancy;

namespace Datahall.Gateway.Tests.Tenancy;

public sealed class TokenCounterTests
{
    [Theory]
    [InlineData("""{"usage":{"total_tokens":17}}""", 17)]
    [InlineData("""{"usage":{"total_tokens" : 17}}""", 0)] // Not as any engine writes it.
    [InlineData("""{"content":"say \"total_tokens\":5 to me","usage":{"total_tokens":9}}""", 9)] // The last one counts.
    [InlineData("data: {\"a\":1}\n\ndata: {\"b\":2}\n\ndata: [DONE]\n\n", 1)] // The first event has no line end before it.
    [InlineData("data: {}\n\ndata: {}\n\ndata: {\"choices\":[],\"usage\":{\"total_tokens\":40}}\n\ndata: [DONE]\n\n", 40)]
    [InlineData("", 0)]
    public void Tokens_are_read_from_the_passing_answer_however_it_is_cut(string answer, long tokens)
    {
        var bytes = Encoding.UTF8.GetBytes(answer);
        for (var size = 1; size <= bytes.Length + 1; size++)
        {
            var counter = new TokenCounter();
            foreach (var part in bytes.Chunk(size))
            {
                counter.Feed(part);
            }

            Assert.Equal(tokens, counter.Tokens);
        }
    }
}
