using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of what roles and services have in common.</summary>
internal static class TemplateRules
{
    // Far above any server, and far below where sums over 100,000 tasks overflow.
    private const long MostMilliCpu = 10_000L * 1000;
    private const long MostMilliGpu = 1_000L * 1000;
    private const long MostMemory = 64L << 40;

    public static void Check(TaskTemplate template, string path, Findings findings)
    {
        CheckResources(template.Resources, path, findings);
        CheckRun(template.Run, path, findings);
        CheckEnv(template.Env, path, findings);
        LabelRules.Check(template.NodeSelector, $"{path}.nodeSelector", findings);
        CheckTolerations(template.Tolerations, path, findings);
        CheckAffinity(template.Affinity, path, findings);
        findings.Duration(template.GracePeriod, path, "gracePeriod");
    }

    private static void CheckResources(Resources resources, string path, Findings findings)
    {
        if (resources.Cpu.Milli > MostMilliCpu)
        {
            findings.Add($"{path}.resources.cpu", $"no node has {resources.Cpu} CPUs; the most is {new Cpu(MostMilliCpu)}");
        }

        if (resources.Memory.Value > MostMemory)
        {
            findings.Add($"{path}.resources.memory", $"no node has {resources.Memory}; the most is {new Bytes(MostMemory)}");
        }

        if (resources.Gpu.Milli > MostMilliGpu)
        {
            findings.Add($"{path}.resources.gpu", $"no node has {resources.Gpu} GPUs; the most is {new Gpu(MostMilliGpu)}");
        }
        else if (!resources.Gpu.IsPlaceable)
        {
            findings.Add($"{path}.resources.gpu", string.Create(
                CultureInfo.InvariantCulture,
                $"{resources.Gpu.Milli / 1000m} GPUs cannot be placed: ask for whole devices ({(resources.Gpu.Milli / 1000) + 1}) or a share of one (0.5)"));
        }

        for (var i = 0; i < resources.GpuModels.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(resources.GpuModels[i]))
            {
                findings.Add(string.Create(CultureInfo.InvariantCulture, $"{path}.resources.gpuModels[{i}]"), "a device model cannot be empty; write it like H100");
            }
        }

        if (resources.Mig is not null && (resources.Gpu.Milli == 0 || resources.Gpu.Milli % 1000 != 0))
        {
            findings.Add($"{path}.resources.mig", "a MIG profile goes with a whole number of GPUs, which then counts instances; write gpu: 1");
        }

        findings.Unique(resources.GpuModels, static model => model, $"{path}.resources.gpuModels", "");
    }

    private static void CheckRun(Run run, string path, Findings findings)
    {
        if (run.Process is not { } process)
        {
            findings.Add($"{path}.run", "no runtime is named; write it like process: {command: [sleep, \"60\"]}");
            return;
        }

        if (process.Command is not [var program, ..] || string.IsNullOrWhiteSpace(program))
        {
            findings.Add($"{path}.run.process.command", "the command is empty; name a program, such as [python3, train.py]");
        }

        for (var i = 0; i < process.Command.Count; i++)
        {
            if (HasNul(process.Command[i]))
            {
                findings.Add(string.Create(CultureInfo.InvariantCulture, $"{path}.run.process.command[{i}]"), "an argument cannot have a NUL character");
            }
        }

        if (process.WorkingDirectory is { } directory && (string.IsNullOrWhiteSpace(directory) || HasNul(directory)))
        {
            findings.Add($"{path}.run.process.workingDirectory", "not a directory; leave it out for a directory of the task's own");
        }
    }

    private static void CheckEnv(IReadOnlyDictionary<string, string> env, string path, Findings findings)
    {
        foreach (var (name, value) in env)
        {
            if (Names.Variable(name) is { } problem)
            {
                findings.Add(FieldPath.Join($"{path}.env", name), problem);
            }
            else if (HasNul(value))
            {
                findings.Add(FieldPath.Join($"{path}.env", name), "a variable cannot have a NUL character");
            }
        }
    }

    private static void CheckAffinity(IReadOnlyList<AffinityRule> rules, string path, Findings findings)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}.affinity[{i}].labels");
            LabelRules.Check(rules[i].Labels, at, findings);
            if (rules[i].Labels.Count == 0)
            {
                findings.Add(at, "no label is named; say which work it is about, such as {app: cache}");
            }
        }
    }

    private static void CheckTolerations(IReadOnlyList<Toleration> tolerations, string path, Findings findings)
    {
        for (var i = 0; i < tolerations.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}.tolerations[{i}]");
            findings.AddIf(Names.LabelKey(tolerations[i].Key), $"{at}.key");
            findings.AddIf(Names.LabelValue(tolerations[i].Value ?? ""), $"{at}.value");
        }
    }

    private static bool HasNul(string text) => text.Contains('\0', StringComparison.Ordinal);
}
