using System.Text;
using Datahall.Gateway.Tracing;

namespace Datahall.Gateway.Tests.Tracing;

public sealed class TraceContextTests
{
    private const string Good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Fact]
    public void A_callers_trace_goes_on_with_a_span_of_the_gateway()
    {
        var written = Write(Good);

        Assert.Equal(Good[..36], written[..36]);
        Assert.Equal(Good[52..], written[52..]);
        Assert.NotEqual(Good[36..52], written[36..52]);
        Assert.True(TraceContext.IsValid(Encoding.ASCII.GetBytes(written)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7")]
    public void What_is_of_another_form_is_replaced(string incoming)
    {
        var written = Write(incoming);

        Assert.True(TraceContext.IsValid(Encoding.ASCII.GetBytes(written)));
        Assert.EndsWith("-00", written, StringComparison.Ordinal);
        Assert.NotEqual(Write(incoming, start: 2)[3..35], written[3..35]);
    }

    [Fact]
    public void A_later_version_with_more_fields_is_taken() => Assert.True(TraceContext.IsValid(Encoding.ASCII.GetBytes($"01{Good[2..]}-more")));

    private static string Write(string incoming, ulong start = 1)
    {
        var destination = new byte[TraceContext.Length];
        TraceContext.Write(Encoding.ASCII.GetBytes(incoming), new(start), destination);
        return Encoding.ASCII.GetString(destination);
    }
}
