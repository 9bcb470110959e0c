namespace Datahall.Energy.Sleep;

/// <summary>What going to sleep and waking up cost.</summary>
/// <param name="SleepWatts">The power asleep, in watts; a BMC stays on.</param>
/// <param name="DownSeconds">How long going to sleep takes, in seconds.</param>
/// <param name="UpSeconds">How long waking takes, in seconds.</param>
/// <param name="DownWatts">The mean power on the way down, in watts.</param>
/// <param name="UpWatts">The mean power on the way up, in watts; near the peak for a server that boots.</param>
public readonly record struct SleepState(double SleepWatts, double DownSeconds, double UpSeconds, double DownWatts, double UpWatts)
{
    /// <summary>The idle time beyond which sleep saves energy, in seconds; infinite when it never does.</summary>
    /// <remarks>t = td + tu + max(0, (Ed + Eu − Pidle·(td + tu)) / (Pidle − Psleep)). Source: Benini, Bogliolo and De Micheli, IEEE TVLSI 8(3), 2000.</remarks>
    /// <param name="idleWatts">What the server draws awake and idle, in watts.</param>
    public double BreakEvenSeconds(double idleWatts)
    {
        var transition = DownSeconds + UpSeconds;
        var extra = (DownWatts * DownSeconds) + (UpWatts * UpSeconds) - (idleWatts * transition);
        return idleWatts > SleepWatts ? transition + Math.Max(0, extra / (idleWatts - SleepWatts)) : double.PositiveInfinity;
    }
}
