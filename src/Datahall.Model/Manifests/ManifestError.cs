using System.Globalization;

namespace Datahall.Model.Manifests;

/// <summary>One thing that is wrong with a manifest.</summary>
/// <param name="File">The file's name, as the caller gave it.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in characters, from 1.</param>
/// <param name="Path">The field within the resource, such as <c>spec.roles[0].replicas</c>; empty for the resource or the file.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
public sealed record ManifestError(string File, int Line, int Column, string Path, string Message)
{
    /// <summary>Writes <c>file:line:column: path: message</c>, without the path when it is empty.</summary>
    public override string ToString()
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: ");
        return Path.Length == 0 ? place + Message : $"{place}{Path}: {Message}";
    }
}
