namespace Datahall.Control.Core;

/// <summary>Everything that a decision was made from: a core made of it decides the same.</summary>
/// <param name="Options">The core's options.</param>
/// <param name="Now">The time.</param>
/// <param name="Start">The resources and the store's numbers.</param>
public sealed record CoreSnapshot(CoreOptions Options, DateTimeOffset Now, CoreStart Start);
