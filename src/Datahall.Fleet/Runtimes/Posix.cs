using System.Runtime.InteropServices;

namespace Datahall.Fleet.Runtimes;

/// <summary>The few system calls that the framework does not offer.</summary>
internal static partial class Posix
{
    public const int Terminate = 15;
    public const int Kill = 9;

    /// <summary>Sends a signal to every process of a group; a group that is gone is no error.</summary>
    public static void SignalGroup(int group, int signal)
    {
        // 0 and 1 would be the agent's own group and everything.
        if (group > 1)
        {
            _ = SendSignal(-group, signal);
        }
    }

    /// <summary>Sends a signal to one process; one that is gone is no error.</summary>
    public static void Signal(int pid, int signal)
    {
        if (pid > 1)
        {
            _ = SendSignal(pid, signal);
        }
    }

    /// <summary>Makes a second name of a file; false when the name is taken.</summary>
    public static bool TryLink(string existing, string name) => Link(existing, name) == 0;

    /// <summary>Whether this process may execute a file.</summary>
    public static bool MayExecute(string path) => Access(path, 1) == 0;

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);
}
