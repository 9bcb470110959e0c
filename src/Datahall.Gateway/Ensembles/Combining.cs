using Datahall.Model;

namespace Datahall.Gateway.Ensembles;

/// <summary>A member's answer and how much it counts.</summary>
/// <param name="Member">Whose it is.</param>
/// <param name="Weight">How much it counts, finite and above 0.</param>
/// <param name="Answer">What it says.</param>
internal sealed record Opinion(string Member, double Weight, InferenceAnswer Answer);

/// <summary>Why a member's answer does not count.</summary>
/// <param name="Member">Whose it was.</param>
/// <param name="Why">Why not.</param>
internal sealed record Dissent(string Member, string Why);

/// <summary>Makes one answer of several.</summary>
/// <remarks>
/// Real outputs, with w the members' weights (all 1 for <c>mean</c>): y = Σ wᵢ fᵢ(x) / Σ wᵢ. <c>majority</c> gives each class of a row, along the last
/// dimension, the share of the weights whose members find it the largest. Whole numbers, truth values and strings are never averaged: of each element the
/// value with the most weight behind it counts. Among equals the smaller class, or the member that stands first, decides.
/// </remarks>
internal static class Combining
{
    /// <summary>Leaves out what cannot be combined: outputs that are not finite, and those of another form than most (by weight) have.</summary>
    /// <param name="opinions">The answers, in the order of the members.</param>
    /// <param name="dissents">Receives who is left out, and why.</param>
    /// <returns>Those that can be combined.</returns>
    public static IReadOnlyList<Opinion> Agreeing(IReadOnlyList<Opinion> opinions, ICollection<Dissent> dissents)
    {
        List<Opinion> sound = [];
        foreach (var opinion in opinions)
        {
            if (opinion.Answer.Outputs.FirstOrDefault(static output => !output.Reals.All(double.IsFinite)) is { } broken)
            {
                dissents.Add(new(opinion.Member, $"output {broken.Name} has values that are no finite numbers"));
            }
            else
            {
                sound.Add(opinion);
            }
        }

        var form = sound.GroupBy(FormOf, StringComparer.Ordinal).MaxBy(static group => group.Sum(static opinion => opinion.Weight))?.Key;
        foreach (var other in sound.Where(opinion => FormOf(opinion) != form))
        {
            dissents.Add(new(other.Member, $"its outputs are {FormOf(other)}; those of the others are {form}"));
        }

        return sound.FindAll(opinion => FormOf(opinion) == form);
    }

    /// <summary>Combines answers of one form.</summary>
    /// <param name="combine">How; not <see cref="EnsembleCombine.First"/>.</param>
    /// <param name="opinions">The answers, at least one, in the order of the members; as <see cref="Agreeing"/> gives them.</param>
    public static InferenceAnswer Combine(EnsembleCombine combine, IReadOnlyList<Opinion> opinions)
    {
        double[] weights = [.. opinions.Select(opinion => combine is EnsembleCombine.Mean ? 1 : opinion.Weight)];
        List<Tensor> outputs = [];
        foreach (var output in opinions[0].Answer.Outputs)
        {
            List<Tensor> tensors = [.. opinions.Select(opinion => opinion.Answer.Outputs.Single(other => other.Name == output.Name))];
            outputs.Add(output.With(output.Type.Kind switch
            {
                TensorKind.Real when combine is EnsembleCombine.Majority => Votes(tensors, weights),
                TensorKind.Real => Mean(tensors, weights),
                TensorKind.Integer => Chosen(tensors.ConvertAll(static tensor => tensor.Integers), weights, EqualityComparer<long>.Default),
                _ => Chosen(tensors.ConvertAll(static tensor => tensor.Texts), weights, SameBytes.Instance),
            }));
        }

        return new(opinions[0].Answer.Id, outputs);
    }

    private static string FormOf(Opinion opinion) =>
        string.Join("; ", opinion.Answer.Outputs.Select(static output => output.Signature).Order(StringComparer.Ordinal));

    private static double[] Mean(List<Tensor> tensors, double[] weights)
    {
        var total = weights.Sum();
        var mean = new double[tensors[0].Reals.Length];
        for (var i = 0; i < tensors.Count; i++)
        {
            // The share first: sums of large numbers must not leave the range.
            var share = weights[i] / total;
            for (var j = 0; j < mean.Length; j++)
            {
                mean[j] += share * tensors[i].Reals[j];
            }
        }

        return mean;
    }

    private static double[] Votes(List<Tensor> tensors, double[] weights)
    {
        var total = weights.Sum();
        var votes = new double[tensors[0].Reals.Length];
        var row = tensors[0].RowLength;
        for (var start = 0; start < votes.Length; start += row)
        {
            for (var i = 0; i < tensors.Count; i++)
            {
                votes[start + Largest(tensors[i].Reals.AsSpan(start, row))] += weights[i] / total;
            }
        }

        return votes;
    }

    private static int Largest(ReadOnlySpan<double> row)
    {
        var largest = 0;
        for (var i = 1; i < row.Length; i++)
        {
            largest = row[i] > row[largest] ? i : largest;
        }

        return largest;
    }

    private static T[] Chosen<T>(List<T[]> values, double[] weights, IEqualityComparer<T> same)
    {
        var chosen = new T[values[0].Length];
        for (var j = 0; j < chosen.Length; j++)
        {
            var best = 0.0;
            for (var i = 0; i < values.Count; i++)
            {
                var behind = 0.0;
                for (var k = 0; k < values.Count; k++)
                {
                    behind += same.Equals(values[i][j], values[k][j]) ? weights[k] : 0;
                }

                (chosen[j], best) = behind > best ? (values[i][j], behind) : (chosen[j], best);
            }
        }

        return chosen;
    }

    private sealed class SameBytes : IEqualityComparer<byte[]>
    {
        public static SameBytes Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length;
    }
}
