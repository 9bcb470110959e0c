using Datahall.Learning.Settings;

namespace Datahall.Learning.Tasks;

/// <summary>Refuses settings that would be without effect.</summary>
internal static class UnusedSettings
{
    /// <summary>Refuses what not every task uses and this one does not.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="what">What does not use them, such as <c>the task embed</c>.</param>
    /// <param name="used">The fields it uses, of those named here.</param>
    /// <exception cref="LearningException">Some are set and not used; the message names them.</exception>
    public static void Refuse(TrainSettings settings, string what, IReadOnlyCollection<string> used)
    {
        var (model, training) = (settings.Model, settings.Training);
        (string Field, bool IsSet)[] known =
        [
            ("model.crf", model.Crf),
            ("model.characters", model.Characters),
            ("model.surface", model.Surface),
            ("training.pieceDropout", training.PieceDropout > 0),
            ("training.labelSmoothing", training.LabelSmoothing > 0),
            ("training.balanceClasses", training.BalanceClasses),
            ("training.teachers", training.Teachers.Count > 0),
        ];
        List<string> unused = [.. known.Where(one => one.IsSet && !used.Contains(one.Field)).Select(static one => one.Field)];
        if (unused.Count > 0)
        {
            throw new LearningException($"{string.Join(", ", unused)}: not used by {what}; leave {(unused.Count > 1 ? "them" : "it")} out");
        }

        if (training.KeepZeros && model.From is null)
        {
            throw new LearningException("training.keepZeros: a new model has no weights that were cut; name a pruned model in model.from, or leave it out");
        }
    }
}
