using Datahall.Learning.Networks;
using static TorchSharp.torch;

namespace Datahall.Learning.Tasks;

/// <summary>Learning from the probabilities of other models.</summary>
/// <remarks>Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015, section 2. Several teachers: the mean of their probabilities.</remarks>
internal static class Teaching
{
    /// <summary>The mean of what teachers say, with their labels in the order of the pupil's.</summary>
    /// <param name="teachers">For each teacher its labels, and its probabilities: for each row those of one text or word after another, [texts, labels].</param>
    /// <param name="labels">The pupil's labels.</param>
    /// <returns>As many rows of the same lengths, made as they are asked for.</returns>
    /// <exception cref="LearningException">A teacher has other labels.</exception>
    public static IEnumerable<float[]> Mean(IReadOnlyList<(string Folder, IReadOnlyList<string> Labels, IReadOnlyList<float[]> Rows)> teachers, IReadOnlyList<string> labels)
    {
        var places = teachers.Select(teacher => PlacesOf(labels, teacher.Folder, teacher.Labels)).ToList();
        return Enumerable.Range(0, teachers[0].Rows.Count).Select(row =>
        {
            var mean = new float[teachers[0].Rows[row].Length];
            foreach (var (teacher, (_, _, rows)) in teachers.Index())
            {
                var said = rows[row];
                for (var i = 0; i < mean.Length; i++)
                {
                    mean[i] += said[i - (i % labels.Count) + places[teacher][i % labels.Count]] / teachers.Count;
                }
            }

            return mean;
        });
    }

    private static List<int> PlacesOf(IReadOnlyList<string> labels, string folder, IReadOnlyList<string> own)
    {
        var places = labels.Select(label => own.ToList().IndexOf(label)).ToList();
        return own.Count == labels.Count && !places.Contains(-1) ? places : throw new LearningException(
            $"training.teachers: {folder} has the labels {string.Join(", ", own)}, the model that learns {string.Join(", ", labels)}; they must be the same");
    }

    /// <summary>One label of each row: the cross-entropy of the pupil's scores against the teachers' probabilities at a temperature, times its square; a scalar.</summary>
    /// <param name="scores">float32 [rows, labels].</param>
    /// <param name="taught">As many rows.</param>
    /// <param name="temperature">Above 0.</param>
    public static Tensor Loss(Tensor scores, IReadOnlyList<float[]> taught, double temperature)
    {
        using var raw = tensor(taught.SelectMany(static row => row).ToArray(), scores.shape);
        var even = raw.Within(1e-8, 1).ToPower(1 / temperature);
        return (even / even.sum(-1, keepdim: true) * scores.Over(temperature).log_softmax(-1)).sum(-1).mean().Times(-temperature * temperature);
    }

    /// <summary>Any number of labels of each row: the mean of the same over the labels, each of them a choice of yes or no; a scalar.</summary>
    /// <param name="scores">float32 [rows, labels].</param>
    /// <param name="taught">As many rows.</param>
    /// <param name="temperature">Above 0.</param>
    public static Tensor LossOfSeveral(Tensor scores, IReadOnlyList<float[]> taught, double temperature)
    {
        using var raw = tensor(taught.SelectMany(static row => row).ToArray(), scores.shape).Within(1e-7, 1 - 1e-7);
        var (yes, no) = (raw.ToPower(1 / temperature), raw.Times(-1).Plus(1).ToPower(1 / temperature));
        return nn.functional.binary_cross_entropy_with_logits(scores.Over(temperature), yes / yes.Plus(no)).Times(temperature * temperature);
    }
}
