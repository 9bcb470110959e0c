namespace Datahall.Gateway.Hosting;

/// <summary>A gateway cannot start: a port is taken, a certificate cannot be read.</summary>
/// <param name="message">What, and how to mend it.</param>
/// <param name="inner">What happened.</param>
public sealed class GatewayStartException(string message, Exception? inner = null) : Exception(message, inner);
