using Datahall.Server.Http;

namespace Datahall.Server.Tests.Http;

public sealed class UrlOriginTests
{
    [Theory]
    [InlineData("https://ada:secret@chat.example.com/hooks/T0/secret?key=1#x", "https://chat.example.com")]
    [InlineData("http://[::1]:9093/", "http://[::1]:9093")]
    public void ToOrigin_shows_nothing_that_may_be_a_secret(string url, string expected) => Assert.Equal(expected, new Uri(url).ToOrigin());
}
