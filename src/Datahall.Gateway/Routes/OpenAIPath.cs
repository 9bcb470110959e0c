namespace Datahall.Gateway.Routes;

/// <summary>Paths of OpenAI's API, and those that engines which speak it have beside them.</summary>
internal static class OpenAIPath
{
    private static ReadOnlySpan<byte> Root => "/v1/"u8;

    private static ReadOnlySpan<byte> ModelsRoot => "/v1/models/"u8;

    /// <summary>Whether the path is one of the protocol's.</summary>
    public static bool IsOne(ReadOnlySpan<byte> path) =>
        path.StartsWith(Root) || path.SequenceEqual("/tokenize"u8) || path.SequenceEqual("/detokenize"u8) || path.SequenceEqual("/rerank"u8) || path.SequenceEqual("/score"u8);

    /// <summary>The model that the path names; empty: none, it is in the body.</summary>
    public static ReadOnlySpan<byte> ModelOf(ReadOnlySpan<byte> path) => path.StartsWith(ModelsRoot) ? path[ModelsRoot.Length..] : default;
}
