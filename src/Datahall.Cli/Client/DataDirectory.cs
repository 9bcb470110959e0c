namespace Datahall.Cli.Client;

/// <summary>Where a server of this user keeps its data unless told otherwise.</summary>
internal static class DataDirectory
{
    public const string AddressFile = "server.json";

    public const string TokenFile = "admin.token";

    public static string Default()
    {
        if (Environment.GetEnvironmentVariable("DATAHALL_DATA") is { Length: > 0 } given)
        {
            return Path.GetFullPath(given);
        }

        var share = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } xdg
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        return Path.Combine(share, "datahall");
    }
}
