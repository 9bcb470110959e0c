using System.Collections.Frozen;
using System.Text;

namespace Datahall.Monitoring.Templates;

/// <summary>Tells hosts from other dotted names: classes, packages and files.</summary>
internal static class HostName
{
    private static readonly FrozenSet<ulong> Domains = Hashes("com net org edu gov mil int info biz arpa local localdomain internal intra lan corp home svc");
    private static readonly FrozenSet<ulong> Packages = Hashes("com org net java javax android sun scala io edu gov cn de");
    private static readonly FrozenSet<ulong> Files = Hashes("so rc sh py cc go rs js ts md pl rb cs vb gz xz ko db");

    /// <summary>Whether the dotted name is a host: it ends with a domain, and does not begin as packages do.</summary>
    /// <param name="name">Letters and digits with single signs between, at least one dot among them; a user before <c>@</c> and a port after a colon may be.</param>
    public static bool Is(ReadOnlySpan<byte> name)
    {
        var port = name.IndexOf((byte)':');
        if (port >= 0)
        {
            if (name[(port + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            {
                return false;
            }

            name = name[..port];
        }

        name = name[(name.IndexOf((byte)'@') + 1)..];
        var first = name.IndexOf((byte)'.');
        if (first <= 0 || name.Contains((byte)'_'))
        {
            return false;
        }

        var last = name[(name.LastIndexOf((byte)'.') + 1)..];
        if (last.IndexOfAnyExceptInRange((byte)'a', (byte)'z') >= 0)
        {
            return false;
        }

        if (Packages.Contains(TokenHash.Of(name[..first])))
        {
            return false;
        }

        return port >= 0 || Domains.Contains(TokenHash.Of(last)) || (last.Length == 2 && IsInCountry(name, last));
    }

    /// <summary>Domains of countries have two letters, and so have the endings of files.</summary>
    private static bool IsInCountry(ReadOnlySpan<byte> name, ReadOnlySpan<byte> last) => name.Count((byte)'.') switch
    {
        1 => false,
        2 => !Files.Contains(TokenHash.Of(last)),
        _ => true,
    };

    private static FrozenSet<ulong> Hashes(string words) => words.Split(' ').Select(static word => TokenHash.Of(Encoding.UTF8.GetBytes(word))).ToFrozenSet();
}
