namespace Datahall.Model.Manifests.Syntax;

/// <summary>A file goes beyond a limit: reading it ends at once, however deep in a parser.</summary>
internal sealed class ManifestLimitException(int line, int column, string message) : Exception(message)
{
    public int Line => line;

    public int Column => column;
}
