using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of tenants.</summary>
internal static class TenantRules
{
    private const int HashDigits = 64;

    public static void Check(TenantSpec spec, Findings findings)
    {
        for (var i = 0; i < spec.Keys.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"spec.keys[{i}]");
            findings.AddIf(Names.Label(spec.Keys[i].Name), $"{path}.name");
            if (spec.Keys[i].Sha256 is not { Length: HashDigits } hash || !hash.All(char.IsAsciiHexDigit))
            {
                // The value is not shown: whoever errs here may have written the key itself.
                findings.Add($"{path}.sha256", "this is not a SHA-256 in 64 hexadecimal digits; 'datahall tenant key NAME' makes a key, and 'printf %s KEY | sha256sum' the hash of one");
            }
        }

        findings.Unique(spec.Keys, static key => key.Name, "spec.keys", ".name");
    }
}
