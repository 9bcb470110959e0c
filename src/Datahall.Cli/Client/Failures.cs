namespace Datahall.Cli.Client;

/// <summary>Nobody answers at the server's address.</summary>
internal sealed class UnreachableFailure(string message) : CommandFailure(ExitCode.Failed, message);

/// <summary>What was asked for does not exist.</summary>
internal sealed class NotFoundFailure(string message) : CommandFailure(ExitCode.Failed, message);

/// <summary>The server no longer knows what happened since the revision asked for.</summary>
internal sealed class CompactedFailure(string message) : CommandFailure(ExitCode.Failed, message);
