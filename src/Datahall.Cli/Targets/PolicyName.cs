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
    public static string Check(string policy) => Names().Contains(policy)
        ? policy
        : throw CommandFailure.Usage($"there is no placement policy '{policy}'{NameSuggestion.For(policy, Names())}; there is {string.Join(" and ", Names())}");

    // Apart, so that verbs which only build the option do not load the scheduler.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IReadOnlyList<string> Names() => PlacementPolicies.Names;
}
