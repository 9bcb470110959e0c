using Datahall.Server.Resources;

namespace Datahall.Server.Watch;

/// <summary>A change of a resource.</summary>
/// <param name="Revision">The revision that made it.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The name.</param>
/// <param name="Resource">What it became; absent when it was deleted.</param>
internal sealed record WatchEventView(long Revision, string Kind, string Name, ResourceView? Resource);
