using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Datahall.Model.Manifests.Syntax;

/// <summary>Tells text from other bytes, before a parser sees them.</summary>
internal static class ManifestText
{
    // Neither YAML nor JSON may contain these as they are; DEL is left to the parsers.
    private static readonly SearchValues<byte> ControlBytes = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(static value => value is not ('\t' or '\n' or '\r')).Select(static value => (byte)value)]);

    /// <summary>Adds an error and returns false when the bytes are too many or not UTF-8 text.</summary>
    /// <param name="utf8">The file; loses its byte order mark.</param>
    /// <param name="limits">How many are too many.</param>
    /// <param name="errors">Receives the error.</param>
    public static bool Check(ref ReadOnlySpan<byte> utf8, ManifestLimits limits, ErrorList errors)
    {
        if (utf8.Length > limits.MaxBytes)
        {
            errors.Add(1, 1, "", string.Create(
                CultureInfo.InvariantCulture, $"the file has {utf8.Length} bytes; the most is {limits.MaxBytes}: split it"));
            return false;
        }

        if (utf8 is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            errors.Add(1, 1, "", "the file is UTF-16; save it as UTF-8");
            return false;
        }

        utf8 = utf8.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? utf8[3..] : utf8;
        var control = utf8.IndexOfAny(ControlBytes);
        if (control >= 0)
        {
            var (line, column) = PlaceOf(utf8, control);
            errors.Add(line, column, "", $"the byte 0x{utf8[control]:x2} is not text: this is not a YAML or JSON file, or it is damaged");
            return false;
        }

        return Utf8.IsValid(utf8) || RefuseEncoding(utf8, errors);
    }

    /// <summary>The line and the column, both from 1, of a byte.</summary>
    public static (int Line, int Column) PlaceOf(ReadOnlySpan<byte> utf8, int index)
    {
        var before = utf8[..index];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, CountCharacters(before[lineStart..]) + 1);
    }

    /// <summary>UTF-16 code units, as the YAML parser counts columns.</summary>
    public static int CountCharacters(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetCharCount(utf8);

    private static bool RefuseEncoding(ReadOnlySpan<byte> utf8, ErrorList errors)
    {
        var index = 0;
        while (Rune.DecodeFromUtf8(utf8[index..], out _, out var length) is OperationStatus.Done)
        {
            index += length;
        }

        var (line, column) = PlaceOf(utf8, index);
        errors.Add(line, column, "", $"the byte 0x{utf8[index]:x2} is not UTF-8; save the file as UTF-8");
        return false;
    }
}
