using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Datahall.Server.Resources;

/// <summary>Where the next page of a list begins: after a name, so that changes between two pages move nothing.</summary>
/// <param name="Revision">The revision of the first page: a watch from there misses nothing that changed while paging.</param>
/// <param name="After">The last name of the page before.</param>
internal sealed record ContinueToken(long Revision, string After)
{
    /// <summary>Reads a token that <see cref="ToString"/> wrote; null when it is none.</summary>
    public static ContinueToken? Parse(string text)
    {
        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ', 2);
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? new(revision, parts[1])
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Revision} {After}"));
}
