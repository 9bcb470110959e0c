namespace Datahall.Server.Http;

/// <summary>Why a call failed: RFC 9457 problem details.</summary>
internal sealed record ProblemView
{
    /// <summary>The kind of problem; the status says it all.</summary>
    public string Type { get; init; } = "about:blank";

    /// <summary>The status in words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What is wrong, where, and how to mend it.</summary>
    public required string Detail { get; init; }

    /// <summary>Each single error, where there are several.</summary>
    public IReadOnlyList<ProblemErrorView>? Errors { get; init; }
}

/// <summary>One of several errors.</summary>
/// <param name="File">The manifest's name, as the sender named it.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Path">The field, such as <c>spec.queue</c>.</param>
/// <param name="Message">What is wrong, and how to mend it.</param>
internal sealed record ProblemErrorView(string? File, int? Line, int? Column, string? Path, string Message);
