namespace Datahall.Energy.Capping;

/// <summary>The last believable reading of a power meter, and its age.</summary>
/// <remarks>Meters err: a sentinel of 4294967295 W, NaN, a negative figure, or silence. None of these is a load (dmtf mock-ups and kepler#1049 have such values).</remarks>
internal struct PowerReading
{
    private bool isKnown;

    /// <summary>The last believable value, in watts.</summary>
    public double Watts { get; private set; }

    /// <summary>How long ago it was read, in seconds.</summary>
    public double AgeSeconds { get; private set; }

    /// <summary>Takes a reading.</summary>
    /// <param name="watts">What the meter said, in watts; NaN: nothing.</param>
    /// <param name="highest">What no load can exceed, in watts.</param>
    /// <param name="seconds">The time since the last one, in seconds.</param>
    /// <returns>Whether it is believable.</returns>
    public bool Take(double watts, double highest, double seconds)
    {
        if (watts >= 0 && watts <= highest)
        {
            (Watts, AgeSeconds, isKnown) = (watts, 0, true);
            return true;
        }

        AgeSeconds += seconds;
        return false;
    }

    /// <summary>Whether the last value can still stand for the load.</summary>
    /// <param name="staleSeconds">How long it can, in seconds.</param>
    public readonly bool IsFresh(double staleSeconds) => isKnown && AgeSeconds <= staleSeconds;
}
