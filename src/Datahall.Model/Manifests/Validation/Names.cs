using System.Text.RegularExpressions;

namespace Datahall.Model.Manifests.Validation;

/// <summary>What names, labels and variables may look like. Each rule returns what is wrong, or null.</summary>
internal static partial class Names
{
    /// <summary>The form of most names: a DNS label (RFC 1123).</summary>
    public const string LabelPattern = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";

    /// <summary>The form of host names: DNS labels with dots between them.</summary>
    public const string DottedPattern = @"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$";

    /// <summary>The longest dotted name.</summary>
    public const int LongestDotted = 253;

    private const int LongestWord = 253;

    public static bool MayHaveDots(string kind) => kind is ResourceKinds.Node or ResourceKinds.Site;

    public static string? Resource(string kind, string name) => MayHaveDots(kind) ? Dotted(name) : Label(name);

    public static string? Label(string name) => LabelForm.IsMatch(name)
        ? null
        : $"{Wording.Quote(name)} is not a name: use 1 to 63 lower-case letters, digits and '-', with a letter or digit first and last";

    /// <summary>A hall's or a rack's name, as it is painted on the wall.</summary>
    public static string? Place(string name) => PlaceForm.IsMatch(name)
        ? null
        : $"{Wording.Quote(name)} is not a name: use 1 to 63 letters, digits, '-', '_' and '.', with a letter or digit first";

    public static string? Variable(string name) => VariableForm.IsMatch(name)
        ? null
        : $"{Wording.Quote(name)} is not a variable's name: use letters, digits, '_', '-' and '.', with a letter or '_' first";

    /// <summary>The path of a URL.</summary>
    public static string? UrlPath(string path) => path is not ['/', ..]
        ? $"{Wording.Quote(path)} must start with '/'"
        : path.Any(static letter => char.IsWhiteSpace(letter) || char.IsControl(letter)) ? $"{Wording.Quote(path)} has a blank; write it as %20" : null;

    public static string? LabelKey(string key) => key.Length is > 0 and <= LongestWord && WordForm.IsMatch(key)
        ? null
        : $"{Wording.Quote(key)} is not a label's name: use 1 to {LongestWord} letters, digits, '-', '_', '.', '/' and ':'";

    public static string? LabelValue(string value) => value.Length <= LongestWord && (value.Length == 0 || WordForm.IsMatch(value))
        ? null
        : $"{Wording.Quote(value)} is not a label's value: use at most {LongestWord} letters, digits, '-', '_', '.', '/', ':', '@' and '+'";

    public static string? TimeZone(string zone) => TimeZoneForm.IsMatch(zone)
        ? null
        : $"{Wording.Quote(zone)} is not an IANA time zone; write it like Asia/Shanghai";

    public static bool IsServiceVersion(string role) => role is ['v', .. { Length: > 0 } number] && number.All(char.IsAsciiDigit);

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex LabelForm { get; }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex DottedForm { get; }

    [GeneratedRegex(@"\A[\p{L}\p{Nd}][-\p{L}\p{Nd}_.]{0,62}\z")]
    private static partial Regex PlaceForm { get; }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.-]{0,253}\z")]
    private static partial Regex VariableForm { get; }

    // Letters of every script; what selectors give a meaning to (',', '=', '!', blanks) is left out.
    [GeneratedRegex(@"\A[-\p{L}\p{M}\p{Nd}_./:@+]*\z")]
    private static partial Regex WordForm { get; }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_+-]{0,31}(/[A-Za-z0-9_+-]{1,31}){0,2}\z", RegexOptions.ExplicitCapture)]
    private static partial Regex TimeZoneForm { get; }

    private static string? Dotted(string name) => name.Length <= LongestDotted && DottedForm.IsMatch(name)
        ? null
        : $"{Wording.Quote(name)} is not a name: use lower-case letters, digits, '-' and '.', with a letter or digit first and last, at most 63 between dots and {LongestDotted} in all";
}
