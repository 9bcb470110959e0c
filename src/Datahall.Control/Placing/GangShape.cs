using Datahall.Scheduling.Placement;

namespace Datahall.Control.Placing;

/// <summary>What tells gangs apart when room is looked for: where one of a shape does not fit, no other does.</summary>
/// <param name="Request">What each member asks for.</param>
/// <param name="Queue">Whose quota it takes.</param>
/// <param name="Profile">The scheduler profile.</param>
/// <param name="Size">How many members it has.</param>
/// <param name="Expected">How long it is expected to run; null: that is not known.</param>
internal readonly record struct GangShape(PlacementRequest Request, string Queue, string Profile, int Size, TimeSpan? Expected);
