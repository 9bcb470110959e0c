using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Datahall.Server.Http;

namespace Datahall.Server.Auth;

/// <summary>The tokens that were made for people and programs: a file of their hashes that only its owner may read.</summary>
/// <remarks>Thread-safe. A token itself is shown once and kept nowhere. It has 32 random bytes, so its hash needs no salt.</remarks>
internal sealed partial class TokenBook
{
    private const int SecretBytes = 32;
    private const int MaxTokens = 1_000;
    private readonly Lock gate = new();
    private readonly string path;
    private readonly TimeProvider time;
    private FrozenDictionary<string, NamedToken> byHash;

    /// <summary>Reads the file; one that is missing holds no tokens.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public TokenBook(string path, TimeProvider time)
    {
        (this.path, this.time) = (path, time);
        byHash = ByHash(File.Exists(path) ? Read(path) : []);
    }

    /// <summary>All tokens, by name.</summary>
    public IReadOnlyList<NamedToken> All => [.. byHash.Values.OrderBy(static token => token.Name, StringComparer.Ordinal)];

    /// <summary>Whose token has a hash; null when none has, or its time is over.</summary>
    public TokenHolder? Find(string sha256) => byHash.TryGetValue(sha256, out var token) && !(token.Expires <= time.GetUtcNow())
        ? new(token.Name, Roles.ScopeOf(token.Role))
        : null;

    /// <summary>Makes a token.</summary>
    /// <returns>The token and its secret, or why there is none.</returns>
    /// <exception cref="IOException">The file cannot be written; then there is no such token.</exception>
    public (NamedToken? Token, string Secret, string? Problem) Create(string name, string role, TimeSpan? lifetime)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var kept = All.Where(token => !(token.Expires <= now)).ToList();
            var problem = !NameForm.IsMatch(name) ? "name is not 1 to 63 lower-case letters, digits and '-', with a letter or digit first and last"
                : Roles.ScopeOf(role) is TokenScope.Nothing ? $"role is not one of {string.Join(", ", Roles.All)}"
                : name is "admin" or "join" || kept.Exists(token => token.Name == name) ? $"there is a token '{name}' already: revoke it first, or choose another name"
                : kept.Count >= MaxTokens ? $"there are {MaxTokens} tokens already: revoke those that nobody needs"
                : null;
            if (problem is not null)
            {
                return (null, "", problem);
            }

            var secret = $"dht-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes))}";
            var token = new NamedToken(name, role, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))), now, now + lifetime);
            Save([.. kept, token]);
            return (token, secret, null);
        }
    }

    /// <summary>Takes a token away; false when there is none of that name.</summary>
    /// <exception cref="IOException">The file cannot be written; then the token stays.</exception>
    public bool Revoke(string name)
    {
        lock (gate)
        {
            var left = All.Where(token => token.Name != name).ToList();
            if (left.Count == byHash.Count)
            {
                return false;
            }

            Save(left);
            return true;
        }
    }

    // Written beside and moved: a crash in between leaves the old file.
    private void Save(List<NamedToken> tokens)
    {
        var beside = path + ".new";
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(beside, options))
        {
            JsonSerializer.Serialize(file, new TokenFile(tokens), ServerJson.Default.TokenFile);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
        byHash = ByHash(tokens);
    }

    private static IReadOnlyList<NamedToken> Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), ServerJson.Default.TokenFile)?.Tokens ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is damaged ({e.Message}); restore it from a backup, or remove it: then every token in it is revoked", e);
        }
    }

    private static FrozenDictionary<string, NamedToken> ByHash(IEnumerable<NamedToken> tokens) => tokens.ToFrozenDictionary(static token => token.Sha256, StringComparer.Ordinal);

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex NameForm { get; }
}

/// <summary>The file of the tokens.</summary>
/// <param name="Tokens">The tokens.</param>
internal sealed record TokenFile(IReadOnlyList<NamedToken> Tokens);

/// <summary>A token, by its hash.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Sha256">The SHA-256 of it, in hexadecimal digits.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expires">When its time is over; null: never.</param>
internal sealed record NamedToken(string Name, string Role, string Sha256, DateTimeOffset Created, DateTimeOffset? Expires = null);
