using System.Text;
using Datahall.Cli.Bench.Load;

namespace Datahall.Cli.Tests.Bench.Load;

public sealed class EventCounterTests
{
    [Theory]
    [InlineData("data: a\n\ndata: b\n\n", 2)]
    [InlineData("data: a\r\n\r\nevent: x\r\ndata: b\r\n\r\n", 2)]
    [InlineData("data: a\r\rdata: b\r\r", 2)]
    [InlineData(": keep-alive\n\ndata: a\n\n", 1)] // a comment is no event
    [InlineData("\n\n\ndata: a\n\n\n", 1)]
    [InlineData("data: a\n\ndata: b\n", 1)] // the second has not ended
    public void Take_counts_events_however_the_stream_is_cut(string stream, int expected)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        var counter = new EventCounter();
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            counter.Begin();
            counter.Take(bytes.AsSpan(0, cut), isEventStream: true);
            counter.Take(bytes.AsSpan(cut), isEventStream: true);

            Assert.Equal(expected, counter.Events);
        }
    }

    [Fact]
    public void Take_counts_the_pieces_of_any_other_body()
    {
        var counter = new EventCounter();
        counter.Begin();

        counter.Take("a\n\nb\n\n"u8, isEventStream: false);
        counter.Take("c"u8, isEventStream: false);

        Assert.Equal(2, counter.Events);
    }
}
