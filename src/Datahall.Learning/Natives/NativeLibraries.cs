using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Datahall.Learning.Natives;

/// <summary>Loads the native library of TorchSharp, also on a host whose C++ runtime is older than the one it was built with.</summary>
internal static partial class NativeLibraries
{
    private const string WaitPolicy = "OMP_WAIT_POLICY";
    private const string Bridge = "libLibTorchSharp.so";
    private static readonly Lock gate = new();
    private static bool prepared;

    /// <summary>Makes TorchSharp usable; call it before its first use. Further calls do nothing.</summary>
    /// <exception cref="LearningException">The library cannot be loaded here; the message says what to install.</exception>
    public static void Prepare()
    {
        lock (gate)
        {
            if (!prepared && OperatingSystem.IsLinux())
            {
                WaitWithoutSpinning();
                Load(AppContext.BaseDirectory);
            }

            prepared = true;
        }
    }

    /// <summary>
    /// Lets OpenMP's threads sleep while they wait, unless the user says otherwise. By default they spin, which on a core shared with
    /// another process takes the time from the thread they wait for: training with two threads ran at a fifth of its speed beside others,
    /// and still at half of it with 10,000 rounds of spinning.
    /// </summary>
    private static void WaitWithoutSpinning()
    {
        if (Environment.GetEnvironmentVariable(WaitPolicy) is null)
        {
            // OpenMP reads the process's own environment, which Environment.SetEnvironmentVariable does not reach, when it is loaded.
            _ = SetEnvironment(WaitPolicy, "passive", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    private static void Load(string folder)
    {
        // libtorch's own first, as TorchSharp would: the bridge then finds them by name wherever its file is.
        foreach (var library in (ReadOnlySpan<string>)["libc10.so", "libtorch_cpu.so", "libtorch.so"])
        {
            if (File.Exists(Path.Combine(folder, library)))
            {
                NativeLibrary.Load(Path.Combine(folder, library));
            }
        }

        var bridge = Path.Combine(folder, Bridge);
        if (!File.Exists(bridge) || NativeLibrary.TryLoad(bridge, out _))
        {
            return; // Not there: TorchSharp looks in more places, and its own message names them.
        }

        try
        {
            NativeLibrary.Load(PatchedCopy(bridge, CacheFolders(folder)));
        }
        catch (DllNotFoundException e)
        {
            throw new LearningException(
                $"{bridge} does not load on this host: {e.Message.Split('\n')[0]}. It needs libstdc++ of GCC 13 or newer and glibc 2.34 or "
                + "newer: install libstdc++6 >= 13 (Debian 13, Ubuntu 24.04), or point LD_LIBRARY_PATH at one", e);
        }
    }

    /// <summary>The bridge with its unused symbol versions weak, written once and named by the hash of the original.</summary>
    internal static string PatchedCopy(string bridge, IEnumerable<string> folders)
    {
        var original = File.ReadAllBytes(bridge);
        var (library, weakened) = VersionNeeds.WeakenUnused(original, bridge);
        if (weakened.Count == 0)
        {
            return bridge;
        }

        var name = $"{Path.GetFileNameWithoutExtension(bridge)}-{Convert.ToHexStringLower(SHA256.HashData(original))[..16]}.so";
        List<string> refused = [];
        foreach (var folder in folders)
        {
            try
            {
                return Write(library, Path.Combine(folder, name));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                refused.Add($"{folder}: {e.Message}");
            }
        }

        throw new LearningException(
            $"the copy of {Bridge} for this host's C++ runtime cannot be written anywhere ({string.Join("; ", refused)}); "
            + "make one of these folders writable, set XDG_CACHE_HOME, or install libstdc++6 >= 13");
    }

    private static string Write(byte[] library, string file)
    {
        if (File.Exists(file) && new FileInfo(file).Length == library.Length)
        {
            return file;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var fresh = $"{file}.{Environment.ProcessId}.new";
        File.WriteAllBytes(fresh, library);
        File.Move(fresh, file, overwrite: true); // Whole or not at all, also when two programs start together.
        return file;
    }

    private static IEnumerable<string> CacheFolders(string program)
    {
        yield return program;
        yield return Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                ? cache
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "datahall");
    }
}
