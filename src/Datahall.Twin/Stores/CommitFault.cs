namespace Datahall.Twin.Stores;

/// <summary>What befalls a write.</summary>
public enum CommitFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The medium refuses: an <see cref="IOException"/>, and nothing is written. The process goes on.</summary>
    FailBefore,

    /// <summary>The process dies first: nothing is written.</summary>
    CrashBefore,

    /// <summary>The batch is durable, and the process dies before it learns that.</summary>
    CrashAfter,
}

/// <summary>The simulated process that used the store is dead: whoever drives it starts a new one on the same disk.</summary>
/// <param name="message">When it died.</param>
public sealed class ProcessCrashedException(string message) : Exception(message);
