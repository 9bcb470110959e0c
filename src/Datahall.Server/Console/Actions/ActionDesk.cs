using Datahall.Control.Inputs;
using Datahall.Server.Console.Shell;
using Datahall.Server.Loop;
using Microsoft.Extensions.Logging;

namespace Datahall.Server.Console.Actions;

/// <summary>Carries out what people asked for on a page, when their role allows it at that moment.</summary>
internal sealed partial class ActionDesk(ControlLoop loop, Visitor visitor, ILogger<ActionDesk> logger)
{
    /// <summary>Asks the core.</summary>
    /// <returns>Null when it was done, else why not.</returns>
    public async Task<string?> DoAsync(ConsoleAction action, int number, CancellationToken cancellationToken)
    {
        if (!visitor.May(action.Role))
        {
            LogRefused(action.Name, action.About, visitor.Role ?? "nobody");
            return visitor.Texts["action.noRole", visitor.Texts.Word("role", action.Role)];
        }

        try
        {
            return await loop.SubmitAsync(action.Input(number), cancellationToken) is Refused refused
                ? string.Join("; ", refused.Errors.Select(static error => $"{error.Key}: {error.Message}"))
                : null;
        }
        catch (Exception e) when (e is StoreUnavailableException or CoreFaultException) // Nothing was kept; they may try again.
        {
            return e.Message;
        }
    }

    [LoggerMessage(3951, LogLevel.Warning, "The action {Action} on {About} was refused: the role is {Role}")]
    private partial void LogRefused(string action, string about, string role);
}
