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
}
