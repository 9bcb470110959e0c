using Datahall.Control.Inputs;
using Datahall.Server.Auth;

namespace Datahall.Server.Console.Actions;

/// <summary>Something that a page lets people do: asked back first, with the command that does the same.</summary>
/// <param name="Name">Names it in the texts: <c>action.NAME</c> is the button, <c>action.NAME.question</c> the question.</param>
/// <param name="About">What it is done to, for the question.</param>
/// <param name="Command">The command that does the same; of an action with a number, <c>{0}</c> stands for it.</param>
/// <param name="Input">What the core is asked; of an action without a number, for 0.</param>
public sealed record ConsoleAction(string Name, string About, string Command, Func<int, Input> Input)
{
    /// <summary>The role that it takes.</summary>
    public string Role { get; init; } = Roles.Operator;

    /// <summary>Whether it stops or removes something.</summary>
    public bool IsDangerous { get; init; }

    /// <summary>The number to begin with; null: it takes none.</summary>
    public int? Number { get; init; }

    /// <summary>An action without a number.</summary>
    public static ConsoleAction Of(string name, string about, string command, Input input) => new(name, about, command, _ => input);
}
