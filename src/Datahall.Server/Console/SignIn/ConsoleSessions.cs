using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Datahall.Server.Auth;

namespace Datahall.Server.Console.SignIn;

/// <summary>Who is signed in. The browser holds a random secret; here, and in a file so that a restart signs nobody out, is only its hash.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ConsoleSessions(BearerTokens tokens, SessionFile file, TimeProvider time, ConsoleOptions options)
{
    private const int SecretBytes = 32;
    private const int MaxSessions = 10_000;
    private readonly ConcurrentDictionary<string, ConsoleSession> sessions = new(file.Read().Select(static session => KeyValuePair.Create(session.Id, session)), StringComparer.Ordinal);

    /// <summary>Raised with the id of a session that was ended; its open pages sign out.</summary>
    public event Action<string>? Ended;

    /// <summary>Begins a session.</summary>
    /// <returns>The secret for the browser; null when the token opens no console.</returns>
    public string? Begin(string token)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var session = new ConsoleSession(IdOf(secret), Convert.ToHexStringLower(BearerTokens.Digest(token)), time.GetUtcNow() + options.SessionLifetime);
        if (SignedIn.Of(session, tokens.HolderOf(token)) is null)
        {
            return null;
        }

        Sweep();
        sessions[session.Id] = session;
        file.Write(sessions);
        return secret;
    }

    /// <summary>Whose secret it is; null when it is none, or its time is over.</summary>
    public SignedIn? FindBySecret(string? secret) => secret is { Length: > 0 and < 128 } ? Find(IdOf(secret)) : null;

    /// <summary>Who holds a session; null when there is none, its time is over, or its token was taken away.</summary>
    public SignedIn? Find(string? id) => id is not null && sessions.TryGetValue(id, out var session) && session.Ends > time.GetUtcNow()
        ? SignedIn.Of(session, tokens.HolderOf(Convert.FromHexString(session.Token)))
        : null;

    /// <summary>Ends a session.</summary>
    public void End(string id)
    {
        if (sessions.TryRemove(id, out _))
        {
            file.Write(sessions);
            Ended?.Invoke(id);
        }
    }

    private static string IdOf(string secret) => Convert.ToHexStringLower(BearerTokens.Digest(secret));

    // The oldest go when somebody signs in without end: memory stays bounded.
    private void Sweep()
    {
        foreach (var session in sessions.Values.Where(session => Find(session.Id) is null).ToList())
        {
            End(session.Id);
        }

        while (sessions.Count >= MaxSessions && sessions.Values.MinBy(static session => session.Ends) is { } oldest)
        {
            End(oldest.Id);
        }
    }
}
