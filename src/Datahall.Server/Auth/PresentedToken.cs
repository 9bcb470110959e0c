namespace Datahall.Server.Auth;

/// <summary>The token that came with a request, for answers that go on for long: it may be revoked, or its time end, meanwhile.</summary>
internal sealed class PresentedToken(BearerTokens tokens, byte[] digest)
{
    /// <summary>Whose it is now; null: nobody's any more.</summary>
    public TokenHolder? Holder => tokens.HolderOf(digest);
}
