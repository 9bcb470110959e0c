using System.Security.Cryptography;
using System.Text;

namespace Datahall.Server.Auth;

/// <summary>The server's two tokens, and what each opens.</summary>
internal sealed class BearerTokens
{
    private readonly byte[] admin;
    private readonly byte[] join;

    /// <summary>Takes up the tokens of a data directory, made there when they are missing.</summary>
    public BearerTokens(string adminToken, string joinToken)
    {
        (AdminToken, JoinToken) = (adminToken, joinToken);
        (admin, join) = (Digest(adminToken), Digest(joinToken));
    }

    /// <summary>Opens everything.</summary>
    public string AdminToken { get; }

    /// <summary>Opens the agents' calls only.</summary>
    public string JoinToken { get; }

    /// <summary>What a presented token opens.</summary>
    /// <remarks>Digests are compared, both and in constant time: the time taken says nothing about a token, not even its length.</remarks>
    public TokenScope ScopeOf(string presented)
    {
        var digest = Digest(presented);
        var isAdmin = CryptographicOperations.FixedTimeEquals(digest, admin);
        var isJoin = CryptographicOperations.FixedTimeEquals(digest, join);
        return isAdmin ? TokenScope.Everything : isJoin ? TokenScope.Agents : TokenScope.Nothing;
    }

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

/// <summary>What a token opens.</summary>
internal enum TokenScope
{
    /// <summary>It is no token of this server.</summary>
    Nothing,

    /// <summary>The agents' calls.</summary>
    Agents,

    /// <summary>Every call.</summary>
    Everything,
}
