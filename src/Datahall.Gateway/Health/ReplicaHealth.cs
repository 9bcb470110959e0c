using Datahall.Gateway.Dispatch;

namespace Datahall.Gateway.Health;

/// <summary>Whether a replica takes requests: what its answers say, and whether it answers at all.</summary>
/// <remarks>
/// Two things are told apart. <b>Down</b>: it does not answer (refused connections, failed probes); it comes back when a probe is answered. <b>Ejected</b>: it
/// answers wrongly (failures in a row); it comes back after a while, twice as long each time, and the route limits how many are ejected at once.
/// Thread-safe.
/// </remarks>
internal sealed class ReplicaHealth(Replica replica)
{
    private const long Nanoseconds = 1_000_000;

    private readonly Lock gate = new();
    private int failuresInRow;
    private int failedProbes;
    private int ejections;
    private long ejectedUntil;
    private long outSince;
    private long wellSince;
    private bool isGone;

    /// <summary>Whether it does not answer.</summary>
    public bool IsDown { get; private set; }

    /// <summary>Whether its answers were bad; it counts only while the route does not panic.</summary>
    public bool IsEjected { get; private set; }

    /// <summary>Why it is out; null when it is not.</summary>
    public string? Why { get; private set; }

    /// <summary>Whether a probe is wanted before its time.</summary>
    public bool IsSuspect { get; private set; }

    /// <summary>For how many seconds it has been out; 0: it is not.</summary>
    public double OutSeconds(long now) => IsDown || IsEjected ? Math.Max((now - Volatile.Read(ref outSince)) / 1e9, 1e-3) : 0;

    /// <summary>A good answer.</summary>
    public void OnSuccess()
    {
        // Read without the lock: it is so with nearly every answer.
        if (Volatile.Read(ref failuresInRow) != 0)
        {
            Volatile.Write(ref failuresInRow, 0);
        }
    }

    /// <summary>A bad answer, none in time, or a broken connection.</summary>
    /// <returns>Whether it is ejected by this.</returns>
    public bool OnFailure(string why, bool suspect, long now)
    {
        lock (gate)
        {
            IsSuspect |= suspect;
            if (++failuresInRow < replica.Route.Spec.Ejection.Failures || IsDown || IsEjected || !replica.Route.MayEject())
            {
                return false;
            }

            Eject(why, now);
            return true;
        }
    }

    /// <summary>A connection was refused, or probes failed.</summary>
    /// <returns>Whether it was up until now.</returns>
    public bool MarkDown(string why, long now)
    {
        lock (gate)
        {
            IsSuspect = true;
            if (IsDown)
            {
                return false;
            }

            if (!IsEjected)
            {
                Volatile.Write(ref outSince, now);
            }

            (IsDown, Why) = (true, why);
            Backoff(now);
            Show(now);
            return true;
        }
    }

    /// <summary>A probe is on its way; no other is wanted until there are news.</summary>
    public void OnProbing()
    {
        lock (gate)
        {
            IsSuspect = false;
        }
    }

    /// <summary>Silent with requests waiting.</summary>
    public void Suspect()
    {
        lock (gate)
        {
            IsSuspect = true;
        }
    }

    /// <summary>A probe was answered well.</summary>
    public void OnProbePassed(long now)
    {
        lock (gate)
        {
            failedProbes = 0;
            if (IsDown)
            {
                (IsDown, failuresInRow) = (false, 0);
                Why = IsEjected ? Why : null;
                wellSince = now;
                Show(now);
            }
        }
    }

    /// <summary>A probe failed.</summary>
    /// <returns>Whether the replica is down by this.</returns>
    public bool OnProbeFailed(string why, long now)
    {
        lock (gate)
        {
            return ++failedProbes >= replica.Route.Spec.Probe.Failures && MarkDown(why, now);
        }
    }

    /// <summary>Time passed: an ejection may be over, and without probes a refused connection is tried again.</summary>
    /// <param name="probed">Whether probes decide when it is up again.</param>
    /// <param name="now">The time.</param>
    public void OnTime(bool probed, long now)
    {
        if (!IsEjected && !IsDown)
        {
            return;
        }

        lock (gate)
        {
            var over = now >= ejectedUntil;
            if (over && (IsEjected || (IsDown && !probed)))
            {
                IsEjected = false;
                IsDown &= probed;
                Why = IsDown ? Why : null;
                (failuresInRow, wellSince) = (0, now);
                Show(now);
            }
        }
    }

    /// <summary>It takes no new requests, whatever its health.</summary>
    public void MarkGone()
    {
        lock (gate)
        {
            isGone = true;
            replica.MarkUnready();
        }
    }

    /// <summary>The route panics, or does not any more: ejections are ignored meanwhile.</summary>
    public void Reconsider(long now)
    {
        lock (gate)
        {
            Show(now);
        }
    }

    private void Eject(string why, long now)
    {
        (IsEjected, Why) = (true, why);
        Volatile.Write(ref outSince, now);
        Backoff(now);
        Show(now);
    }

    // Each time that follows within the longest ejection doubles.
    private void Backoff(long now)
    {
        var spec = replica.Route.Spec.Ejection;
        var longest = spec.Longest.Milliseconds * Nanoseconds;
        ejections = wellSince != 0 && now - wellSince < longest ? Math.Min(ejections + 1, 30) : 0;
        var length = Math.Min(spec.Base.Milliseconds * Nanoseconds * (1L << Math.Min(ejections, 20)), longest);
        ejectedUntil = now + length;
    }

    private void Show(long now)
    {
        if (!isGone && !IsDown && (!IsEjected || replica.Route.IsPanicking))
        {
            replica.MarkReady(now);
        }
        else
        {
            replica.MarkUnready();
        }
    }
}
