using System.CommandLine.Completions;
using Datahall.Cli.Client;
using Datahall.Cli.Targets;
using Datahall.Model;

namespace Datahall.Cli.Completion;

/// <summary>Completes kinds, and names of resources that the server has.</summary>
internal static class ResourceCompletion
{
    // A prompt that hangs is worse than one that does not complete.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>For <c>KIND [NAME…]</c> and <c>KIND/NAME</c>.</summary>
    public static IEnumerable<CompletionItem> KindsThenNames(GlobalOptions globals, CompletionContext context)
    {
        var words = context.ParseResult.CommandResult.Tokens.Select(static token => token.Value).ToArray();
        var word = context.WordToComplete;
        if (word.Contains('/', StringComparison.Ordinal) || words is [] || (words.Length == 1 && words[0] == word))
        {
            return KindSlashName(globals, context).Concat(Items([.. Target.KindWords, .. Target.ShortWords, "profiles"]));
        }

        return ResourceKinds.Find(words[0]) is { } kind ? Items(Names(globals, context, kind)) : KindSlashName(globals, context);
    }

    /// <summary>For <c>KIND/NAME</c>: the kinds first, the names once the kind stands.</summary>
    public static IEnumerable<CompletionItem> KindSlashName(GlobalOptions globals, CompletionContext context)
    {
        var slash = context.WordToComplete.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return Items(ResourceKinds.All.Concat(Target.ShortWords).Select(static kind => $"{kind.ToLowerInvariant()}/"));
        }

        var word = context.WordToComplete[..slash];
        return ResourceKinds.Find(word) is { } kind ? Items(Names(globals, context, kind).Select(name => $"{word}/{name}")) : [];
    }

    /// <summary>For the names of one kind.</summary>
    public static IEnumerable<CompletionItem> NamesOf(GlobalOptions globals, CompletionContext context, string kind) =>
        Items(Names(globals, context, kind));

    private static IEnumerable<CompletionItem> Items(IEnumerable<string> words) => words.Select(static word => new CompletionItem(word));

    private static IReadOnlyList<string> Names(GlobalOptions globals, CompletionContext context, string kind)
    {
        try
        {
            using var session = globals.Open(context.ParseResult);
            using var limit = new CancellationTokenSource(Patience);
            return [.. session.Api.ListAsync(kind, null, limit.Token).GetAwaiter().GetResult().Items.Select(static item => item.Key.Name)];
        }
        catch (Exception e) when (e is CommandFailure or OperationCanceledException)
        {
            // Without a server there are no names to offer.
            return [];
        }
    }
}
