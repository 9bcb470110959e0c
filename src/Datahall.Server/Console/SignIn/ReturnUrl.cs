namespace Datahall.Server.Console.SignIn;

/// <summary>Where somebody goes on after signing in: only to a page of this console.</summary>
internal static class ReturnUrl
{
    private const string Home = "/";
    private const int MaxLength = 2_048;

    /// <summary>The address of the sign-in page that leads back to one.</summary>
    public static string SignIn(string from) => Of(from) is var url && url == Home ? "/login" : $"/login?returnUrl={Uri.EscapeDataString(url)}";

    /// <summary>The address when it is one of ours, else the first page.</summary>
    /// <remarks>Browsers read <c>//host</c> and <c>/\host</c> as another server, and drop tabs and newlines before they look.</remarks>
    public static string Of(string? url) =>
        url is { Length: > 1 and <= MaxLength }
        && url[0] == '/'
        && url[1] is not ('/' or '\\')
        && !url.Any(static c => char.IsControl(c) || c == '\\')
        && !url.StartsWith("/login", StringComparison.OrdinalIgnoreCase)
            ? url
            : Home;
}
