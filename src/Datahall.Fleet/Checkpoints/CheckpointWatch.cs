namespace Datahall.Fleet.Checkpoints;

/// <summary>Knows when one attempt last saved its work; the supervision loop looks after it without waiting.</summary>
/// <param name="path">The file or directory that its checkpoints change, absolute.</param>
/// <param name="interval">How long after a look the next one begins.</param>
/// <param name="looks">Does the looking.</param>
/// <param name="time">The clock.</param>
internal sealed class CheckpointWatch(string path, TimeSpan interval, CheckpointLooks looks, TimeProvider time)
{
    private static readonly TimeSpan LongestLastLook = TimeSpan.FromSeconds(1);

    private Task<DateTime?>? running;
    private long? looked;
    private long? closing;
    private bool isLast;

    /// <summary>The last checkpoint that was seen; null when there is none.</summary>
    public DateTimeOffset? Latest { get; private set; }

    /// <summary>Takes up what a look has found, and begins another when it is time.</summary>
    /// <param name="started">When the attempt began; what is older is another's.</param>
    public void Tick(DateTime started)
    {
        TakeUp();
        if (running is null && (this.looked is not { } looked || time.GetElapsedTime(looked) >= interval))
        {
            running = looks.TryBegin(path, started);
        }
    }

    /// <summary>Looks once more when the attempt has ended; true when that is done, or takes too long.</summary>
    /// <inheritdoc cref="Tick" path="/param"/>
    public bool TryClose(DateTime started)
    {
        var asked = closing ??= time.GetTimestamp();
        var done = TakeUp() && isLast;
        if (running is null && !done)
        {
            running = looks.TryBegin(path, started);
            isLast = running is not null;
        }

        return done || time.GetElapsedTime(asked) >= LongestLastLook;
    }

    private bool TakeUp()
    {
        if (running is not { IsCompleted: true } look)
        {
            return false;
        }

        (running, looked) = (null, time.GetTimestamp());
        // A place that cannot be looked at now may be there all the same: what was seen stays.
        if (look.IsCompletedSuccessfully)
        {
            Latest = look.Result is { } change ? new DateTimeOffset(change, TimeSpan.Zero) : null;
        }

        _ = look.Exception;
        return true;
    }
}
