namespace Datahall.Server.Loop;

/// <summary>The control plane cannot take writes now; nothing of the input was kept, and the same input may be sent again.</summary>
internal sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The core failed at an input: a bug. Nothing of the input was kept.</summary>
internal sealed class CoreFaultException(string message, Exception inner) : Exception(message, inner);
