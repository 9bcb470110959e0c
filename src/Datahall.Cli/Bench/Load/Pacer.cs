using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Datahall.Cli.Bench.Load;

/// <summary>Waits for points in time, to within some ten microseconds.</summary>
/// <remarks>The timers of .NET tick in milliseconds, which is longer than a request may take. Spinning would take a core from the server under test. So Linux is asked to sleep, with the thread's timer slack (50 µs by default) set to the least.</remarks>
internal static class Pacer
{
    private const int SetTimerSlack = 29; // PR_SET_TIMERSLACK of linux/prctl.h.
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The longest sleep in one piece: an interrupted run ends within it.</summary>
    private const long LongestSleepNanoseconds = 20_000_000;

    private static readonly double NanosecondsPerTick = (double)NanosecondsPerSecond / Stopwatch.Frequency;

    /// <summary>Makes the waits of the calling thread as exact as can be; the thread should do nothing else.</summary>
    public static void Begin()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Control(SetTimerSlack, 1, 0, 0, 0); // Refused, it sleeps somewhat longer; the report tells.
        }
    }

    /// <summary>Sleeps until a timestamp of <see cref="Stopwatch"/>.</summary>
    /// <returns>Whether it is that time; false when the run was cancelled before.</returns>
    public static bool WaitUntil(long time, CancellationToken cancellationToken)
    {
        while (time - Stopwatch.GetTimestamp() is > 0 and var left)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return false;
            }

            Sleep(Math.Min((long)(left * NanosecondsPerTick), LongestSleepNanoseconds), cancellationToken);
        }

        return !cancellationToken.IsCancellationRequested;
    }

    private static void Sleep(long nanoseconds, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux())
        {
            var wait = new TimeSpec { Nanoseconds = (nint)nanoseconds };
            _ = NanoSleep(in wait, 0); // Woken early, the caller sleeps again.
        }
        else if (nanoseconds > 2_000_000)
        {
            cancellationToken.WaitHandle.WaitOne(1);
        }
        else
        {
            Thread.Yield();
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NanoSleep(in TimeSpec wait, nint left);

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int option, nuint value, nuint b, nuint c, nuint d);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
