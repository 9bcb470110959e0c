using System.ComponentModel;
using System.Diagnostics;
using Datahall.Control.Agents;
using Datahall.Fleet.Limits;

namespace Datahall.Fleet.Runtimes;

/// <summary>Starts attempts: prepares the directory, the environment and the limits, and spawns the wrapper.</summary>
internal sealed class AttemptLauncher
{
    private readonly ProcessRuntimeOptions options;
    private readonly Cgroups cgroups;
    private readonly string script;
    private readonly string? programs = Path.GetDirectoryName(Environment.ProcessPath);

    public AttemptLauncher(ProcessRuntimeOptions options, Cgroups cgroups)
    {
        (this.options, this.cgroups) = (options, cgroups);
        script = Path.Combine(Path.GetFullPath(options.DataDirectory), "attempt.sh");
        Directory.CreateDirectory(options.Tasks);
        using var text = typeof(AttemptLauncher).Assembly.GetManifestResourceStream("attempt.sh")!;
        // Replaced by a rename: wrappers that run are still reading the old file.
        using (var file = File.Create(script + ".new"))
        {
            text.CopyTo(file);
        }

        File.Move(script + ".new", script, overwrite: true);
    }

    /// <summary>Starts an attempt; the wrapper's process, or why it cannot start.</summary>
    public Process? TryLaunch(DesiredTask task, AttemptDirectory directory, out string failure)
    {
        if (task.Template.Run.Process is not { Command.Count: > 0 } run)
        {
            failure = "this node runs processes only, and the task names none: set run.process.command";
            return null;
        }

        try
        {
            directory.Create(task);
            if (task.Members is { } members)
            {
                directory.WriteMembers(members);
                task = task with { Env = new Dictionary<string, string>(task.Env) { ["DATAHALL_MEMBERS_FILE"] = directory.Members } };
            }

            var env = TaskEnvironment.Make(task, this.options.Devices, Environment.GetEnvironmentVariable, programs);
            var command = run.Command.Select(word => TaskEnvironment.Expand(word, task.Env)).ToArray();
            var work = WorkOf(task, directory);
            if (work == directory.Work)
            {
                Directory.CreateDirectory(work);
            }

            if (!Directory.Exists(work))
            {
                failure = $"the working directory '{work}' does not exist on the node; make it, or leave workingDirectory out";
                return null;
            }

            if (!ProgramLookup.TryFind(command[0], env["PATH"], work, out failure))
            {
                return null;
            }

            command[0] = failure;
            var group = this.cgroups.Create(directory.Key, task.Template.Resources);
            return Spawn([script, directory.Path, work, string.Join(' ', group.Folders), .. command], env);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            failure = $"the node could not prepare the attempt: {e.Message}";
            return null;
        }
    }

    /// <summary>Where an attempt runs: where its template says, or in its own directory.</summary>
    public static string WorkOf(DesiredTask task, AttemptDirectory directory) =>
        task.Template.Run.Process?.WorkingDirectory is { } named ? TaskEnvironment.Expand(named, task.Env) : directory.Work;

    private static Process? Spawn(string[] arguments, Dictionary<string, string> env)
    {
        // Three pipes that nobody uses: otherwise the framework takes the child for one that shares the agent's terminal.
        var start = new ProcessStartInfo("/usr/bin/setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.ArgumentList.Add("/bin/sh");
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in env)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start);
    }
}
