using Datahall.Gateway.Kestrel;

namespace Datahall.Gateway.Tests.Kestrel;

public sealed class HopHeadersTests
{
    [Fact]
    public void NamedBy_finds_what_Connection_names_besides_itself()
    {
        var named = HopHeaders.NamedBy(new(["close, X-Hop", "Keep-Alive ,x-two"])) ?? [];

        Assert.Equal(["X-Hop", "x-two"], named.Order(StringComparer.Ordinal));
        Assert.Contains("x-hop", named);
        Assert.Null(HopHeaders.NamedBy("keep-alive"));
        Assert.Null(HopHeaders.NamedBy(default));
    }
}
