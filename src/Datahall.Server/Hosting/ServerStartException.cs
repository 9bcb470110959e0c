namespace Datahall.Server.Hosting;

/// <summary>The server cannot start; the message says why, and how to mend it.</summary>
public sealed class ServerStartException(string message, Exception? inner = null) : Exception(message, inner);
