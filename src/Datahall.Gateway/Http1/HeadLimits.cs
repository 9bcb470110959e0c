namespace Datahall.Gateway.Http1;

/// <summary>How large heads may be.</summary>
public sealed record HeadLimits
{
    /// <summary>The start line and all headers together, in bytes. Default 16 KB.</summary>
    public int HeadBytes { get; init; } = 16 * 1024;

    /// <summary>The request line, in bytes. Default 8 KB.</summary>
    public int RequestLineBytes { get; init; } = 8 * 1024;

    /// <summary>How many headers. Default 100.</summary>
    public int Fields { get; init; } = 100;
}
