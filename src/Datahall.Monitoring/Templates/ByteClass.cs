namespace Datahall.Monitoring.Templates;

/// <summary>What a byte of a log line may be a part of: one look into a table instead of a chain of comparisons.</summary>
internal static class ByteClass
{
    public const byte Digit = 1;
    public const byte HexLetter = 2;
    public const byte Letter = 4;
    public const byte Space = 8;
    public const byte Connector = 16;
    public const byte Closing = 32;
    public const byte Alphanumeric = Digit | Letter;
    public const byte Hex = Digit | HexLetter;

    private static readonly byte[] Table = Build();

    public static bool Is(byte value, byte classes) => (Table[value] & classes) != 0;

    private static byte[] Build()
    {
        var table = new byte[256];
        for (var i = 0; i < 256; i++)
        {
            table[i] = (byte)((i is >= '0' and <= '9' ? Digit : 0)
                | (i is (>= 'a' and <= 'f') or (>= 'A' and <= 'F') ? HexLetter : 0)
                | (i is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or >= 0x80 ? Letter : 0) // Bytes of other scripts are parts of words.
                | (i is <= ' ' or 0x7F ? Space : 0) // Control bytes part tokens as blanks do, and so never come into a template.
                | (i is '.' or '_' or '-' or '/' or '@' or ':' or '\\' ? Connector : 0)
                | (i is ',' or ';' or ')' or ']' or '}' or '>' or '<' or '|' or '"' or '\'' or '`' or '*' ? Closing : 0));
        }

        return table;
    }
}
