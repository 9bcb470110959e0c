using System.Text;

namespace Datahall.Learning.Tokens;

/// <summary>GPT-2's way to write bytes as visible characters: those that print stand for themselves, the rest for 256 upwards.</summary>
/// <remarks>Source: Radford et al., Language Models are Unsupervised Multitask Learners (2019), section 2.2, and its code.</remarks>
internal static class ByteAlphabet
{
    private static readonly char[] characters = Make();

    public static ReadOnlySpan<char> Characters => characters;

    /// <summary>The UTF-8 bytes of a text, one character each.</summary>
    public static string Write(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return string.Create(bytes.Length, bytes, static (result, bytes) =>
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                result[i] = characters[bytes[i]];
            }
        });
    }

    private static char[] Make()
    {
        var result = new char[256];
        var next = 256;
        for (var b = 0; b < 256; b++)
        {
            var prints = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            result[b] = prints ? (char)b : (char)next++;
        }

        return result;
    }
}
