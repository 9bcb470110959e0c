namespace Datahall.Gateway.Routes;

/// <summary>Paths of the Open Inference Protocol v2. Source: kserve/open-inference-protocol, and Triton's extensions.</summary>
internal static class OipPath
{
    private static ReadOnlySpan<byte> Root => "/v2"u8;

    private static ReadOnlySpan<byte> ModelsRoot => "/v2/models/"u8;

    private static ReadOnlySpan<byte> RepositoryRoot => "/v2/repository/models/"u8;

    /// <summary>Whether the path is one of the protocol's.</summary>
    public static bool IsOne(ReadOnlySpan<byte> path) => path.StartsWith(Root) && (path.Length == Root.Length || path[Root.Length] is (byte)'/');

    /// <summary>The model that the path names; empty: none.</summary>
    public static ReadOnlySpan<byte> ModelOf(ReadOnlySpan<byte> path)
    {
        var rest = path.StartsWith(ModelsRoot) ? path[ModelsRoot.Length..] : path.StartsWith(RepositoryRoot) ? path[RepositoryRoot.Length..] : default;
        var end = rest.IndexOf((byte)'/');
        return end < 0 ? rest : rest[..end];
    }
}
