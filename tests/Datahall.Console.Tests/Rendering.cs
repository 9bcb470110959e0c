using Bunit;
using Datahall.Server.Auth;
using Datahall.Server.Console;
using Datahall.Server.Console.Shell;
using Datahall.Server.Console.SignIn;
using Microsoft.Extensions.DependencyInjection;

namespace Datahall.Console.Tests;

/// <summary>Renders components without a browser, for a visitor who is signed in as an admin.</summary>
internal sealed class Rendering : BunitContext
{
    private readonly string folder = Directory.CreateTempSubdirectory("datahall-render-").FullName;

    public Rendering(string language = "en")
    {
        var options = new ConsoleOptions();
        var tokens = new BearerTokens("admin-token-of-tests", "join-token-of-tests", new TokenBook(Path.Combine(folder, "tokens.json"), TimeProvider.System));
        var sessions = new ConsoleSessions(tokens, new SessionFile(Path.Combine(folder, "sessions.json")), TimeProvider.System, options);
        var visitor = new Visitor(sessions);
        visitor.Enter(new Preferences(language, false, "UTC"), sessions.FindBySecret(sessions.Begin("admin-token-of-tests"))!.ToPrincipal());
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(options);
        Services.AddSingleton(sessions);
        Services.AddSingleton(visitor);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
