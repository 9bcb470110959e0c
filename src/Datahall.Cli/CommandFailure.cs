namespace Datahall.Cli;

/// <summary>A verb cannot go on: what to tell the user, and the exit code.</summary>
/// <param name="exit">The exit code.</param>
/// <param name="message">One clear sentence: what is wrong, where, and how to mend it.</param>
/// <param name="details">More lines below it, such as <c>file:line:column: path: message</c> of each error of a manifest.</param>
internal class CommandFailure(ExitCode exit, string message, IReadOnlyList<string>? details = null) : Exception(message)
{
    public ExitCode Exit { get; } = exit;

    public IReadOnlyList<string> Details { get; } = details ?? [];

    public static CommandFailure Usage(string message, IReadOnlyList<string>? details = null) => new(ExitCode.Usage, message, details);

    public static CommandFailure Refused(string message, IReadOnlyList<string>? details = null) => new(ExitCode.Failed, message, details);
}

/// <summary>What the process answers to its caller.</summary>
internal enum ExitCode
{
    /// <summary>It is done.</summary>
    Done = 0,

    /// <summary>It was refused, or failed on the way.</summary>
    Failed = 1,

    /// <summary>It was asked for wrongly; nothing was tried.</summary>
    Usage = 2,
}
