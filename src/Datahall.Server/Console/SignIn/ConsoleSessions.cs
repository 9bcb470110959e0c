using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Datahall.Server.Console.SignIn;

/// <summary>Who is signed in. The browser holds a random secret; here is only its hash.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ConsoleSessions(TimeProvider time, ConsoleOptions options)
{
    private const int SecretBytes = 32;
    private const int MaxSessions = 10_000;
    private readonly ConcurrentDictionary<string, ConsoleSession> sessions = new(StringComparer.Ordinal);

    /// <summary>Raised with the id of a session that was ended; its open pages sign out.</summary>
    public event Action<string>? Ended;

    /// <summary>Begins a session.</summary>
    /// <returns>The secret for the browser.</returns>
    public string Begin(string role)
    {
        Sweep();
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var session = new ConsoleSession(IdOf(secret), role, time.GetUtcNow() + options.SessionLifetime);
        sessions[session.Id] = session;
        return secret;
    }

    /// <summary>Whose secret it is; null when it is none, or its time is over.</summary>
    public ConsoleSession? FindBySecret(string? secret) => secret is { Length: > 0 and < 128 } ? Find(IdOf(secret)) : null;

    /// <summary>Finds a session that is not over; null when there is none.</summary>
    public ConsoleSession? Find(string? id) =>
        id is not null && sessions.TryGetValue(id, out var session) && session.Ends > time.GetUtcNow() ? session : null;

    /// <summary>Ends a session.</summary>
    public void End(string id)
    {
        if (sessions.TryRemove(id, out _))
        {
            Ended?.Invoke(id);
        }
    }

    private static string IdOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    // The oldest go when somebody signs in without end: memory stays bounded.
    private void Sweep()
    {
        var now = time.GetUtcNow();
        foreach (var session in sessions.Values.Where(session => session.Ends <= now).ToList())
        {
            End(session.Id);
        }

        while (sessions.Count >= MaxSessions && sessions.Values.MinBy(static session => session.Ends) is { } oldest)
        {
            End(oldest.Id);
        }
    }
}
