namespace Datahall.Model;

/// <summary>The written form of a quantity, for code that does not know which one it is.</summary>
internal interface IQuantityForm
{
    /// <summary>How a user may write it.</summary>
    string Example { get; }

    /// <summary>The regular expression that the written form matches.</summary>
    string Pattern { get; }

    /// <summary>Whether the text is such a quantity.</summary>
    bool CanRead(ReadOnlySpan<char> text);

    /// <summary>Says that the text is not such a quantity and how to write one.</summary>
    string Refusal(string? text);
}
