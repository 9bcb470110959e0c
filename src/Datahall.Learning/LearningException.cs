namespace Datahall.Learning;

/// <summary>Something the user gave cannot be used; the message says what, where and how to mend it.</summary>
public sealed class LearningException : Exception
{
    /// <summary>An exception without a message.</summary>
    public LearningException()
    {
    }

    /// <summary>An exception with its message.</summary>
    /// <param name="message">What is wrong, where, and how to mend it.</param>
    public LearningException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with its message and what led to it.</summary>
    /// <param name="message">What is wrong, where, and how to mend it.</param>
    /// <param name="innerException">The failure below.</param>
    public LearningException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
