using Datahall.Server.Console.SignIn;

namespace Datahall.Console.Tests.SignIn;

public sealed class ReturnUrlTests
{
    [Theory]
    [InlineData("/nodes?q=a", "/nodes?q=a")]
    [InlineData("/tasks/a-0#log", "/tasks/a-0#log")]
    [InlineData("/", "/")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("nodes", "/")]
    [InlineData("//elsewhere", "/")]
    [InlineData("/\\elsewhere", "/")]
    [InlineData("/a\\..\\b", "/")]
    [InlineData("/\t/elsewhere", "/")]
    [InlineData("https://elsewhere", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/login?returnUrl=/login", "/")]
    public void Only_pages_of_this_console_are_returned_to(string? url, string expected) => Assert.Equal(expected, ReturnUrl.Of(url));
}
