namespace Datahall.Monitoring.Templates;

/// <summary>What a masked token tells about itself.</summary>
internal static class TokenKind
{
    /// <summary>Whether it names one of many of a kind by number, such as <c>rdd_1</c> or <c>blk_17</c>.</summary>
    public static bool IsIdentifier(ReadOnlySpan<byte> token)
    {
        var at = token.IndexOf(LineShape.Wildcard);
        return at > 0 && token[at - 1] is (byte)'_';
    }

    /// <summary>Whether the token is the pattern with a word in the place of a value: <c>chdir(pwd)</c> of <c>chdir(&lt;*&gt;)</c>.</summary>
    public static bool IsCaseOf(ReadOnlySpan<byte> token, ReadOnlySpan<byte> pattern)
    {
        var at = pattern.IndexOf(LineShape.Wildcard);
        if (at < 0 || pattern[(at + 1)..].Contains(LineShape.Wildcard) || token.Length < pattern.Length)
        {
            return false;
        }

        return token.StartsWith(pattern[..at]) && token.EndsWith(pattern[(at + 1)..]) && !token.StartsWith("="u8);
    }
}
