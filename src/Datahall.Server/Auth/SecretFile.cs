using System.Buffers.Text;
using System.Security.Cryptography;

namespace Datahall.Server.Auth;

/// <summary>A token kept in a file that only its owner may read; made at the first start.</summary>
internal static class SecretFile
{
    private const int SecretBytes = 32;
    private const int MinLength = 16;

    /// <summary>Reads the token, or makes it: 32 random bytes, base64url.</summary>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="InvalidDataException">The file holds no token.</exception>
    public static string ReadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            return Create(path);
        }

        if (!OperatingSystem.IsWindows())
        {
            // A copy or a restored backup may have opened the file to others.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var token = File.ReadAllText(path).Trim();
        return token.Length >= MinLength && token.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? token
            : throw new InvalidDataException($"{path} holds no token of at least {MinLength} letters, digits, '-' and '_'; remove it to have a new one made");
    }

    private static string Create(string path)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

        // Written beside and moved: a crash in between must not leave half a token.
        var beside = path + ".new";
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new StreamWriter(beside, options))
        {
            file.WriteLine(token);
        }

        File.Move(beside, path);
        return token;
    }
}
