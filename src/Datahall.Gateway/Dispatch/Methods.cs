namespace Datahall.Gateway.Dispatch;

/// <summary>What is known of methods and status codes.</summary>
internal static class Methods
{
    /// <summary>The status that logs and counts show when the client went away before there was an answer; nobody is sent it. As nginx has it.</summary>
    public const int ClientClosedRequest = 499;

    /// <summary>Whether requests of a method may be repeated by its definition (RFC 9110, section 9.2.2).</summary>
    public static bool AreIdempotent(ReadOnlySpan<byte> method) =>
        method.SequenceEqual("GET"u8) || method.SequenceEqual("HEAD"u8) || method.SequenceEqual("PUT"u8)
        || method.SequenceEqual("DELETE"u8) || method.SequenceEqual("OPTIONS"u8) || method.SequenceEqual("TRACE"u8);
}
