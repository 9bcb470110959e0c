namespace Datahall.Monitoring.Templates;

/// <summary>Masks the numbers inside a name that is no number as a whole: rdd_21_0, eth0, core.4900.</summary>
internal static class NameMask
{
    private const int ShortestIdentifier = 8;
    private const int ShortestHex = 4;

    public static void Append(ReadOnlySpan<byte> name, LineShape shape)
    {
        var at = 0;
        while (at < name.Length)
        {
            if (!ByteClass.Is(name[at], ByteClass.Alphanumeric))
            {
                if (name[at] is not (byte)'-' || name[at - 1] is not (byte)'_') // blk_-12: the sign of the number.
                {
                    shape.Append(name[at]);
                }

                at++;
                continue;
            }

            var start = at;
            var (digits, hex, turns) = (0, 0, 0);
            for (; at < name.Length && ByteClass.Is(name[at], ByteClass.Alphanumeric); at++)
            {
                var digit = ByteClass.Is(name[at], ByteClass.Digit);
                digits += digit ? 1 : 0;
                hex += ByteClass.Is(name[at], ByteClass.Hex) ? 1 : 0;
                turns += at > start && digit != ByteClass.Is(name[at - 1], ByteClass.Digit) ? 1 : 0;
            }

            AppendRun(name[start..at], digits, hex, turns, shape);
        }
    }

    private static void AppendRun(ReadOnlySpan<byte> run, int digits, int hex, int turns, LineShape shape)
    {
        if (digits == 0)
        {
            shape.Append(run);
            return;
        }

        var isIdentifier = run.Length >= ShortestIdentifier && turns >= 3;
        var isHex = hex == run.Length && run.Length >= ShortestHex;
        if (digits == run.Length || isIdentifier || isHex)
        {
            shape.AppendWildcard();
            return;
        }

        foreach (var value in run)
        {
            if (ByteClass.Is(value, ByteClass.Digit))
            {
                shape.AppendWildcard();
            }
            else
            {
                shape.Append(value);
            }
        }
    }
}
