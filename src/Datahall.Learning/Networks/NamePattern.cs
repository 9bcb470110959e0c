using System.Text.RegularExpressions;

namespace Datahall.Learning.Networks;

/// <summary>Patterns of the names of layers and parameters: <c>*</c> stands for any characters.</summary>
internal static class NamePattern
{
    /// <summary>Fits whole names.</summary>
    public static Regex Parse(string pattern) => new("^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$");
}
