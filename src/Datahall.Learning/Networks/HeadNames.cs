using Datahall.Learning.Files;

namespace Datahall.Learning.Networks;

/// <summary>The class names that Transformers writes into a config.</summary>
internal static class HeadNames
{
    /// <summary>Such as <c>BertForTokenClassification</c>.</summary>
    public static string Architecture(EncoderLayout layout, string head) => layout switch
    {
        EncoderLayout.Roberta => "Roberta" + head,
        EncoderLayout.DistilBert => "DistilBert" + head,
        _ => "Bert" + head,
    };

    /// <summary>Whether a tensor of a head has numbers for each label, by its stored name; the rest of a head is of use for other labels too.</summary>
    public static bool IsOfLabels(string name) =>
        name.StartsWith("crf.", StringComparison.Ordinal) || name.StartsWith("surface.", StringComparison.Ordinal)
        || (name.StartsWith("classifier.", StringComparison.Ordinal) && !name.StartsWith("classifier.dense.", StringComparison.Ordinal));
}
