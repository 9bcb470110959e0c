using System.Globalization;
using System.Text.RegularExpressions;
using Datahall.Control.Agents;
using Datahall.Model;

namespace Datahall.Fleet.Runtimes;

/// <summary>Makes the environment and the command line of a task.</summary>
internal static partial class TaskEnvironment
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static readonly string[] Inherited = ["HOME", "LANG", "USER", "TZ"];

    /// <summary>A clean base, the template's variables, what Datahall sets, and the accelerators the task may see.</summary>
    /// <param name="task">What to run.</param>
    /// <param name="devices">The node's accelerators, by index.</param>
    /// <param name="inherited">The agent's own environment.</param>
    /// <param name="programs">The directory of the running executable, which ends every task's PATH; null for none.</param>
    public static Dictionary<string, string> Make(DesiredTask task, IReadOnlyList<Device> devices, Func<string, string?> inherited, string? programs)
    {
        var path = inherited("PATH") is { Length: > 0 } own ? own : DefaultPath;
        var env = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = programs is null ? path : $"{path}:{programs}" };
        foreach (var name in Inherited)
        {
            if (inherited(name) is { } value)
            {
                env[name] = value;
            }
        }

        foreach (var (name, value) in task.Template.Env)
        {
            env[name] = Expand(value, task.Env);
        }

        foreach (var (name, value) in task.Env)
        {
            env[name] = value;
        }

        if (task.Devices.Count > 0)
        {
            var visible = string.Join(',', task.Devices.Select(Names(devices)));
            env["CUDA_VISIBLE_DEVICES"] = visible;
            env["NVIDIA_VISIBLE_DEVICES"] = visible;
        }
        else if (devices.Count > 0)
        {
            env["CUDA_VISIBLE_DEVICES"] = "";
            env["NVIDIA_VISIBLE_DEVICES"] = "void";
        }

        return env;
    }

    /// <summary>Replaces <c>$(NAME)</c> by a variable that Datahall sets; other names stay as they are, and <c>$$(NAME)</c> means itself.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables) => Reference.Replace(text, match =>
        match.Value.StartsWith("$$", StringComparison.Ordinal) ? match.Value[1..]
        : variables.TryGetValue(match.Groups[1].Value, out var value) ? value
        : match.Value);

    /// <summary>How CUDA calls a device: by its index, and on a node with MIG instances, where CUDA counts otherwise, by its UUID.</summary>
    private static Func<int, string> Names(IReadOnlyList<Device> devices)
    {
        var byUuid = devices.Any(static device => device.MigProfile is not null);
        return index => byUuid && index < devices.Count && devices[index].Uuid is { } uuid ? uuid : index.ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\$?\$\(([A-Za-z_][A-Za-z0-9_]*)\)")]
    private static partial Regex Reference { get; }
}
