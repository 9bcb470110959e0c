using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Datahall.Cli.Learning;

/// <summary>Finds <c>datahall-learn</c> and becomes it.</summary>
internal static partial class LearningProgram
{
    private const string Variable = "DATAHALL_LEARN";
    private const string CommandVariable = "DATAHALL_COMMAND"; // Tells the other program who called: trials that are jobs are submitted by it.
    private static readonly string fileName = OperatingSystem.IsWindows() ? "datahall-learn.exe" : "datahall-learn";

    /// <summary>Runs it with these arguments; on Unix in the place of this process, so that signals and the terminal are its own.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="CommandFailure">It is not there.</exception>
    public static int Run(IReadOnlyList<string> arguments)
    {
        var path = Find(AppContext.BaseDirectory, Environment.GetEnvironmentVariable) ?? throw new CommandFailure(
            ExitCode.Failed,
            $"'datahall {arguments[0]}' needs the program {fileName}, which is neither beside {AppContext.BaseDirectory} nor in PATH. In a checkout './datahall {arguments[0]}' builds it; elsewhere publish src/Datahall.Learning and set {Variable} to the program's path");
        if (!OperatingSystem.IsWindows())
        {
            _ = SetVariable(CommandVariable, Environment.ProcessPath ?? "datahall", overwrite: 1); // Those of .NET's Environment do not reach execv.
            string?[] all = [path, .. arguments, null];
            _ = Execute(path, all);
            throw new CommandFailure(ExitCode.Failed, $"{path} cannot be run: error {Marshal.GetLastPInvokeError()}");
        }

        var start = new ProcessStartInfo(path, arguments) { UseShellExecute = false };
        start.Environment[CommandVariable] = Environment.ProcessPath;
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>The program's path: what the environment says, beside this program, in the folder datahall-learn next to this one's, or in PATH; null: nowhere.</summary>
    public static string? Find(string directory, Func<string, string?> environment)
    {
        if (environment(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : throw new CommandFailure(ExitCode.Failed, $"{Variable} names {named}, and there is no such file");
        }

        string[] near = [directory, Path.Combine(directory, "..", "datahall-learn")];
        return near.Concat((environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            .Select(static folder => Path.GetFullPath(Path.Combine(folder, fileName))).FirstOrDefault(File.Exists);
    }

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
