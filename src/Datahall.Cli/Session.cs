using Datahall.Cli.Client;
using Datahall.Cli.Output;

namespace Datahall.Cli;

/// <summary>What one verb works with: the terminal, the clock and the server.</summary>
internal sealed class Session(Terminal terminal, TimeProvider time, string dataDirectory, string? server, string? token) : IDisposable
{
    private ApiClient? _api;

    public Terminal Terminal { get; } = terminal;

    public TimeProvider Time { get; } = time;

    /// <summary>The data directory, absolute.</summary>
    public string DataDirectory { get; } = dataDirectory;

    /// <summary>The server that was named by option or environment; null for the one of the data directory.</summary>
    public string? NamedServer => Named(server, "DATAHALL_SERVER");

    /// <summary>The token that was given by option or environment; null for the one in the data directory.</summary>
    public string? GivenToken => Named(token, "DATAHALL_TOKEN");

    /// <summary>The server, found on first use so that verbs without one ask for nothing.</summary>
    public ApiClient Api => _api ??= new(ServerAddress.Find(server, token, DataDirectory));

    public void Dispose() => _api?.Dispose();

    private static string? Named(string? option, string variable) =>
        option ?? (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null);
}
