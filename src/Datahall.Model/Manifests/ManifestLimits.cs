namespace Datahall.Model.Manifests;

/// <summary>How much one manifest file may contain; what is above is refused with an error before it costs time or memory.</summary>
public sealed record ManifestLimits
{
    /// <summary>The limits that the server and the command line use.</summary>
    public static ManifestLimits Default { get; } = new();

    /// <summary>The size of the file, in bytes. Default 10 MiB, the largest body that the API takes.</summary>
    public int MaxBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>How deep mappings and lists nest; a resource needs about 8. Default 64.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Field names, values, mappings and lists in the file; a job has about 40. Default 2,000,000 (about 50,000 jobs).</summary>
    public int MaxNodes { get; init; } = 2_000_000;

    /// <summary>The length of one value, in characters. Default 1 MiB.</summary>
    public int MaxTextLength { get; init; } = 1024 * 1024;

    /// <summary>How many errors are reported before reading stops. Default 100.</summary>
    public int MaxErrors { get; init; } = 100;
}
