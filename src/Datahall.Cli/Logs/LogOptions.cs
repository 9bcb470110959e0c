namespace Datahall.Cli.Logs;

/// <summary>Which part of a log to show.</summary>
/// <param name="Stream"><c>all</c>, <c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Tail">The last so many lines; negative for all.</param>
/// <param name="Follow">Whether to go on until the task has ended.</param>
internal sealed record LogOptions(string Stream, int Tail, bool Follow);
