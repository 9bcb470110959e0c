namespace Datahall.Learning;

/// <summary>Something a user can mend: a file, a setting, a machine. The message says what, where and how.</summary>
public sealed class LearningException : Exception
{
    /// <summary>Without a message; for the framework's sake.</summary>
    public LearningException()
    {
    }

    /// <summary>With a message.</summary>
    public LearningException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and what it came from.</summary>
    public LearningException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
