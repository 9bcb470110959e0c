using System.CommandLine;

namespace Datahall.Cli.Learning;

/// <summary>The verbs that another program carries out, <c>datahall-learn</c>: its native libraries are large, and the control plane does without them.</summary>
internal static class LearningCommands
{
    private static readonly (string Verb, string Description)[] verbs =
    [
        ("train", "Train a language model, or go on with a run that was interrupted"),
        ("evaluate", "Judge a model, or a file of predictions"),
        ("tune", "Search for the best settings of a training"),
        ("compress", "Prune, distil or quantise a model, and measure it before and after"),
        ("export", "Write a model as ONNX"),
        ("runs", "List, show and compare training runs"),
    ];

    /// <summary>Whether a command line is for the other program.</summary>
    public static bool Takes(string[] arguments) => arguments is [var verb, ..] && verbs.Any(known => known.Verb == verb);

    /// <summary>The verbs, for the list of commands and for completion. What follows them is the other program's.</summary>
    public static IEnumerable<Command> Create() => verbs.Select(static verb =>
    {
        var command = new Command(verb.Verb, verb.Description) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(parsed => LearningProgram.Run([verb.Verb, .. parsed.UnmatchedTokens]));
        return command;
    });
}
