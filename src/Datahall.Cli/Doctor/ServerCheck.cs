using Datahall.Cli.Client;

namespace Datahall.Cli.Doctor;

/// <summary>Whether a server answers and takes this user's token, or could be started.</summary>
internal static class ServerCheck
{
    private const string Subject = "server";

    public static async Task<Finding> RunAsync(Session session, Uri listen, CancellationToken cancellationToken)
    {
        try
        {
            var state = await session.Api.GetAsync("/api/v1/server", ApiJson.Default.ServerState, cancellationToken);
            return Finding.Good(Subject, $"{state.Version} at {session.Api.Url}");
        }
        catch (UnreachableFailure)
        {
            return PortCheck.IsTaken(listen.Port)
                ? Finding.Bad(Subject, $"none at {session.Api.Url}, and port {listen.Port} is taken by another program", $"'ss -ltnp sport = :{listen.Port}' names it; or start with 'datahall up --listen http://127.0.0.1:PORT'")
                : Finding.Good(Subject, $"none at {session.Api.Url}; port {listen.Port} is free for 'datahall up'");
        }
        catch (CommandFailure e)
        {
            return Finding.Bad(Subject, e.Message, "see 'datahall doctor --help' for --server, --token and --data");
        }
    }
}
