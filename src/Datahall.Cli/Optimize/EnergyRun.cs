using Datahall.Cli.Output;
using Datahall.Cli.Targets;
using Datahall.Model.Manifests;
using Datahall.Optimization.Energy;

namespace Datahall.Cli.Optimize;

/// <summary><c>datahall optimize FILE</c>: solves an optimisation model, without a server.</summary>
internal static class EnergyRun
{
    private const string StandardInput = "-";
    private static readonly string[] Verbs = ["placement", "rebalance"];

    public static void Run(Terminal terminal, string file, OutputFormat format)
    {
        var outcome = EnergyOptimizer.Solve(Read(file));
        if (outcome.Refusal is { } refusal)
        {
            throw CommandFailure.Refused($"{file}: {Word(refusal.Kind)}: {refusal.Message}");
        }

        if (format is OutputFormat.Json)
        {
            EnergyJson.Write(terminal, outcome.Plan!);
        }
        else
        {
            EnergyReport.Write(terminal, outcome.Plan!);
        }
    }

    private static EnergyModel Read(string file)
    {
        var read = DocumentReader.Read<EnergyModel>(file, Bytes(file));
        IReadOnlyList<ManifestError> errors = read.Value is { } model
            ? [.. EnergyModelRules.Check(model).Select(e => read.Locate(e.Path, e.Message)).OrderBy(static e => e.Line).ThenBy(static e => e.Column)]
            : read.Errors;
        return errors.Count == 0
            ? read.Value!
            : throw CommandFailure.Usage($"{(errors.Count == 1 ? "1 error" : $"{errors.Count} errors")} in the model; nothing was computed", [.. errors.Select(static e => e.ToString())]);
    }

    private static byte[] Bytes(string file)
    {
        try
        {
            if (file != StandardInput)
            {
                return File.ReadAllBytes(file);
            }

            using var bytes = new MemoryStream();
            using var input = Console.OpenStandardInput();
            input.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage($"{file} cannot be read: {e.Message}{NameSuggestion.For(file, Verbs)}");
        }
    }

    private static string Word(EnergyRefusalKind kind) => kind switch
    {
        EnergyRefusalKind.Infeasible => "infeasible",
        EnergyRefusalKind.Unbounded => "unbounded",
        _ => "no solution",
    };
}
