namespace Datahall.Model;

/// <summary>A number with a unit that manifests write as text.</summary>
/// <typeparam name="TSelf">The quantity itself.</typeparam>
public interface IQuantity<TSelf>
    where TSelf : struct, IQuantity<TSelf>
{
    /// <summary>How a user may write it, for error messages and the schema.</summary>
    static abstract string Example { get; }

    /// <summary>The regular expression that the written form matches, for the schema.</summary>
    static abstract string Pattern { get; }

    /// <summary>Reads the written form; false when it is not one, is negative or does not fit.</summary>
    static abstract bool TryParse(ReadOnlySpan<char> text, out TSelf value);
}
