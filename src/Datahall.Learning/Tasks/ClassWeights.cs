using static TorchSharp.torch;

namespace Datahall.Learning.Tasks;

/// <summary>Weights that let every label count alike.</summary>
internal static class ClassWeights
{
    /// <summary>For each label all examples ÷ (labels · its own), 1 for one that never comes; float32 [labels].</summary>
    /// <remarks>King and Zeng, "Logistic Regression in Rare Events Data", 2001; as scikit-learn's <c>class_weight='balanced'</c>.</remarks>
    public static Tensor Of(IEnumerable<int> labels, int count)
    {
        var counts = new long[count];
        foreach (var label in labels)
        {
            counts[label]++;
        }

        var all = counts.Sum();
        return tensor(Array.ConvertAll(counts, own => own == 0 ? 1f : (float)((double)all / (count * own))));
    }
}
