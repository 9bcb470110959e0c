using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Datahall.Gateway.Tenancy;

/// <summary>The SHA-256 of an API key, as a value to look up. Comparing hashes of long random keys tells an attacker nothing of use.</summary>
internal readonly record struct KeyHash(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>The hash of a key as a request brings it.</summary>
    public static KeyHash Of(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        return From(hash);
    }

    /// <summary>A hash as a manifest writes it; null when it is none.</summary>
    public static KeyHash? Parse(string hexadecimal) =>
        hexadecimal.Length == SHA256.HashSizeInBytes * 2 && hexadecimal.All(char.IsAsciiHexDigit) ? From(Convert.FromHexString(hexadecimal)) : null;

    private static KeyHash From(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(hash),
        BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(hash[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(hash[24..]));
}
