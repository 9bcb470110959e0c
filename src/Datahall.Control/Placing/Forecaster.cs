using Datahall.Control.Core;

namespace Datahall.Control.Placing;

/// <summary>Says when a gang that waits would start, if running work ends when it is expected to and nobody comes before it.</summary>
internal sealed class Forecaster(CoreState state, RunningWork running, ReservationBook book)
{
    /// <summary>The start; null when no end that can be foreseen makes enough room.</summary>
    public Forecast? For(Gang gang)
    {
        if (book.Find(gang.Id) is { } kept)
        {
            return new(kept.Start, kept.After, kept.IsAssumed);
        }

        var endings = running.Endings();
        return book.Behind(gang.Id, () => book.StartAfter(gang, endings)) is ({ } count, _)
            ? new(count == 0 ? state.Now : endings[count - 1].At, count == 0 ? null : endings[count - 1].Name, count > 0 && endings[count - 1].IsAssumed)
            : null;
    }
}

/// <summary>When work that waits is expected to start.</summary>
/// <param name="Start">When.</param>
/// <param name="After">The work whose end it waits for last; null when it waits for none.</param>
/// <param name="IsAssumed">Whether nothing is known about how long that runs.</param>
internal sealed record Forecast(DateTimeOffset Start, string? After, bool IsAssumed);
