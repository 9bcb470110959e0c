using System.Buffers;
using Datahall.Gateway.Dispatch;
using Datahall.Gateway.Ensembles;
using Datahall.Model;

namespace Datahall.Gateway.Kestrel;

/// <summary>What an ensemble answers.</summary>
/// <param name="Status">The status code.</param>
/// <param name="ContentType">The type of the body.</param>
/// <param name="JsonLength">The length of the JSON in front of binary tensors; null: there are none.</param>
/// <param name="Body">The body.</param>
/// <param name="Members">Whose answers are in it.</param>
/// <param name="Refusal">Why there is none; null: there is.</param>
internal sealed record MemberVerdict(
    int Status, string? ContentType, int? JsonLength, ReadOnlyMemory<byte> Body, IReadOnlyList<string> Members, Refusal? Refusal = null);

/// <summary>Asks the members of an ensemble, all at once.</summary>
internal sealed class MemberPanel(KestrelLane lane, MemberQuestion question, EnsembleSpec ensemble, Func<string, string> pathFor)
{
    private const int LongestWhy = 300;

    /// <summary>Waits for the answers, and makes one of them if they are a quorum.</summary>
    /// <param name="model">The model's name in the answer.</param>
    public async Task<MemberVerdict> CombineAsync(string model)
    {
        var replies = await Task.WhenAll(ensemble.Members.Select(AskSamplesAsync));
        List<Dissent> dissents = [];
        List<Opinion> opinions = [];
        foreach (var (member, samples) in ensemble.Members.Zip(replies))
        {
            if (OpinionOf(member, samples, dissents) is { } opinion)
            {
                opinions.Add(opinion);
            }
        }

        var agreeing = Combining.Agreeing(opinions, dissents);
        var quorum = ensemble.Quorum == 0 ? ensemble.Members.Count : ensemble.Quorum;
        if (agreeing.Count < quorum)
        {
            return Missed(dissents, quorum, [.. replies.SelectMany(static samples => samples)]);
        }

        var body = new ArrayBufferWriter<byte>();
        var length = Combining.Combine(ensemble.Combine, agreeing).Write(model, body);
        var type = length is null ? "application/json" : "application/octet-stream";
        return new(200, type, length, body.WrittenMemory, [.. agreeing.Select(static opinion => opinion.Member)]);
    }

    /// <summary>Takes the first answer that is no failure, and gives the other questions up.</summary>
    /// <param name="stop">Stops the questions.</param>
    public async Task<MemberVerdict> FirstAsync(CancellationTokenSource stop)
    {
        var asked = ensemble.Members.Select(member => (Member: member, Asking: AskOnceAsync(member))).ToList();
        var left = asked.ConvertAll(static pair => pair.Asking);
        MemberVerdict? verdict = null;
        while (left.Count > 0 && verdict is null)
        {
            var done = await Task.WhenAny(left);
            left.Remove(done);
            if (await done is { Failure: null } reply)
            {
                verdict = new(reply.Status, reply.ContentType, reply.JsonLength, reply.Body, [asked.Find(pair => pair.Asking == done).Member.Service]);
            }
        }

        await stop.CancelAsync();
        var replies = await Task.WhenAll(asked.ConvertAll(static pair => pair.Asking));
        return verdict ?? Missed([.. asked.Zip(replies, static (pair, reply) => new Dissent(pair.Member.Service, reply.Failure!))], 1, replies);
    }

    private async Task<MemberReply[]> AskSamplesAsync(EnsembleMember member) =>
        await Task.WhenAll(Enumerable.Range(0, member.Samples).Select(_ => AskOnceAsync(member)));

    private Task<MemberReply> AskOnceAsync(EnsembleMember member)
    {
        var route = lane.Dispatcher.Routes.FirstOrDefault(route => route.Name == member.Service);
        return route is null or { Ensemble: not null }
            ? Task.FromResult(MemberReply.None(route is null ? "it has no route" : "it is an ensemble itself"))
            : question.AskAsync(route, pathFor(member.Model ?? (route.Models.Count > 0 ? route.Models[0] : route.Name)));
    }

    // The mean of a member's samples is its opinion; those that failed are left out as long as there is one.
    private static Opinion? OpinionOf(EnsembleMember member, MemberReply[] samples, List<Dissent> dissents)
    {
        List<Dissent> failures = [];
        List<Opinion> answers = [];
        foreach (var sample in samples)
        {
            if (Read(member, sample, failures) is { } answer)
            {
                answers.Add(answer);
            }
        }

        var agreeing = Combining.Agreeing(answers, failures);
        if (agreeing.Count == 0)
        {
            dissents.Add(failures[0]);
            return null;
        }

        return new(member.Service, member.Weight, agreeing.Count == 1 ? agreeing[0].Answer : Combining.Combine(EnsembleCombine.Mean, agreeing));
    }

    private static Opinion? Read(EnsembleMember member, MemberReply sample, List<Dissent> failures)
    {
        var why = sample.Failure;
        if (why is null)
        {
            try
            {
                return new(member.Service, 1, InferenceAnswer.Read(sample.Body, sample.JsonLength));
            }
            catch (InferenceFormatException e)
            {
                why = e.Message;
            }
        }

        failures.Add(new(member.Service, why));
        return null;
    }

    // When all members find the request wrong, it is: the client learns it in a member's words.
    private static MemberVerdict Missed(IReadOnlyList<Dissent> dissents, int quorum, MemberReply[] replies)
    {
        if (replies.Length > 0 && replies.All(static reply => reply.Status is >= 400 and < 500))
        {
            return new(replies[0].Status, replies[0].ContentType, null, replies[0].Body, []);
        }

        var status = replies.Any(static reply => reply.IsLate) ? 504 : 503;
        var why = string.Join("; ", dissents.Select(static dissent => $"{dissent.Member}: {dissent.Why}"));
        return new(status, null, null, default, [], new(status, "ensemble_quorum", Plain($"fewer than {quorum} members answered: {why}"), RetryAfterSeconds: 1));
    }

    // A refusal's message is ASCII without quotes, and short.
    private static string Plain(string text) =>
        string.Concat(text.Take(LongestWhy).Select(static letter => letter is '"' or '\\' or < ' ' or > '~' ? '\'' : letter));
}
