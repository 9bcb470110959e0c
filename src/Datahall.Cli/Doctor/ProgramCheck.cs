namespace Datahall.Cli.Doctor;

/// <summary>Whether the programs are there that the process runtime starts tasks with.</summary>
internal static class ProgramCheck
{
    public static Finding Shell() => File.Exists("/bin/sh")
        ? Finding.Good("shell", "/bin/sh")
        : Finding.Bad("shell", "there is no /bin/sh", "install one (Debian: apt install dash)");

    public static Finding SetSid() => Find("setsid") is { } path
        ? Finding.Good("setsid", path)
        : Finding.Bad("setsid", "not found in PATH; tasks cannot get a process group of their own", "install util-linux");

    /// <summary>The full path of a program in PATH, or null.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, program))
        .FirstOrDefault(File.Exists);
}
