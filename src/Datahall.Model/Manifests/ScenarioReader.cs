namespace Datahall.Model.Manifests;

/// <summary>Reads a scenario and the site it is about from one file, as strictly as manifests are read.</summary>
public static class ScenarioReader
{
    private static readonly string[] Kinds = [ResourceKinds.Site, ResourceKinds.Scenario];

    /// <summary>Reads a file's bytes: documents of the kinds Site and Scenario, and no other.</summary>
    /// <param name="fileName">The name for errors.</param>
    /// <param name="utf8">The bytes: UTF-8, with or without a byte order mark.</param>
    public static ManifestResult Read(string fileName, ReadOnlyMemory<byte> utf8) => ManifestReader.Read(fileName, utf8, ManifestLimits.Default, Kinds);
}
