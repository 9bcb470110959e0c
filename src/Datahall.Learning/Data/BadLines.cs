namespace Datahall.Learning.Data;

/// <summary>What to do with a line that cannot be read.</summary>
internal enum BadLines
{
    /// <summary>Stop with an error that names the file and the line.</summary>
    Stop,

    /// <summary>Leave out the row or the sentence that it belongs to, and count it.</summary>
    Skip,
}

/// <summary>The lines that could not be read. One log serves all files of a run; it is not safe for several threads.</summary>
internal sealed class BadLineLog(BadLines mode)
{
    private const int Kept = 20;

    private readonly List<string> messages = [];

    /// <summary>How many there were.</summary>
    public int Count { get; private set; }

    /// <summary>The first few, each with its file and line.</summary>
    public IReadOnlyList<string> Messages => messages;

    /// <summary>Stops at a bad line, or counts it.</summary>
    /// <exception cref="LearningException">Bad lines stop.</exception>
    public void Add(string file, int line, string problem)
    {
        var message = $"{file}:{line}: {problem}";
        if (mode == BadLines.Stop)
        {
            throw new LearningException($"{message}; mend the line, or let bad lines be skipped");
        }

        Count++;
        if (messages.Count < Kept)
        {
            messages.Add(message);
        }
    }
}
