using System.CommandLine;
using System.Runtime.CompilerServices;
using Datahall.Scheduling.Policies;

namespace Datahall.Cli.Targets;

/// <summary>The option that names a placement policy.</summary>
internal static class PolicyName
{
    public static Option<string> Option()
    {
        var option = new Option<string>("--policy")
        {
            Description = "How tasks are placed, such as best-fit or random",
            HelpName = "NAME",
            DefaultValueFactory = static _ => "best-fit",
        };
        option.CompletionSources.Add(static _ => Names().Select(static name => new System.CommandLine.Completions.CompletionItem(name)));
        return option;
    }

    /// <exception cref="CommandFailure">There is no such policy.</exception>
    public static string Check(string policy)
    {
        try
        {
            PlacementPolicies.Find(policy);
            return policy;
        }
        catch (ArgumentException e)
        {
            throw CommandFailure.Usage($"--policy: {e.Message}{NameSuggestion.For(policy, Names())}");
        }
    }

    // Apart, so that verbs which only build the option do not load the scheduler.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IReadOnlyList<string> Names() => PlacementPolicies.Names;
}
