using Datahall.Model;
using Datahall.Model.Manifests;

namespace Datahall.Monitoring.Alerts;

/// <summary>The rules that a site begins with.</summary>
public static class DefaultAlertRules
{
    private const string Resource = "Datahall.Monitoring.Alerts.DefaultRules.yaml";

    /// <summary>The manifest, as people read it.</summary>
    public static string Manifest { get; } = Text();

    /// <summary>The rules, in the order of the manifest.</summary>
    public static IReadOnlyList<AlertRule> All { get; } = Rules();

    private static AlertRule[] Rules()
    {
        var read = ManifestReader.Read("DefaultRules.yaml", Manifest);
        return read.IsValid ? [.. read.Resources.Cast<AlertRule>()] : throw new InvalidOperationException(read.Errors[0].ToString());
    }

    private static string Text()
    {
        using var stream = typeof(DefaultAlertRules).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
