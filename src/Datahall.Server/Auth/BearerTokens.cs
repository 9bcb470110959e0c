using System.Security.Cryptography;
using System.Text;

namespace Datahall.Server.Auth;

/// <summary>The server's tokens, and what each opens: the two of its data directory, and those that were made for people and programs.</summary>
internal sealed class BearerTokens
{
    private readonly byte[] admin;
    private readonly byte[] join;
    private readonly TokenBook book;

    /// <summary>Takes up the tokens of a data directory.</summary>
    public BearerTokens(string adminToken, string joinToken, TokenBook book)
    {
        (AdminToken, JoinToken, this.book) = (adminToken, joinToken, book);
        (admin, join) = (Digest(adminToken), Digest(joinToken));
    }

    /// <summary>Opens everything.</summary>
    public string AdminToken { get; }

    /// <summary>Opens the agents' calls only.</summary>
    public string JoinToken { get; }

    /// <summary>Whose token it is; null when it is none of this server, or its time is over.</summary>
    public TokenHolder? HolderOf(string presented) => HolderOf(Digest(presented));

    /// <summary>Whose token has a digest; null when it is none of this server, or its time is over.</summary>
    /// <remarks>Digests are compared, both and in constant time: the time taken says nothing about a token, not even its length.</remarks>
    public TokenHolder? HolderOf(byte[] digest)
    {
        var isAdmin = CryptographicOperations.FixedTimeEquals(digest, admin);
        var isJoin = CryptographicOperations.FixedTimeEquals(digest, join);
        return isAdmin ? new("admin", TokenScope.Everything) : isJoin ? new("join", TokenScope.Agents) : book.Find(Convert.ToHexStringLower(digest));
    }

    /// <summary>What is compared in place of a token: its SHA-256.</summary>
    public static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

/// <summary>Whose token it is.</summary>
/// <param name="Name">What the token is called.</param>
/// <param name="Scope">What it opens.</param>
internal sealed record TokenHolder(string Name, TokenScope Scope);

/// <summary>What a token opens.</summary>
internal enum TokenScope
{
    /// <summary>It is no token of this server.</summary>
    Nothing,

    /// <summary>The calls of agents and gateways.</summary>
    Agents,

    /// <summary>Reading.</summary>
    Viewer,

    /// <summary>Reading, and handling work, nodes and incidents.</summary>
    Operator,

    /// <summary>Every call.</summary>
    Everything,
}
