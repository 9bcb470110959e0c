using Datahall.Learning.Data;
using Datahall.Learning.Files;
using Datahall.Learning.Pipelines;
using Datahall.Learning.Tasks;
using Datahall.Learning.Tests.Export;

namespace Datahall.Learning.Tests.Pipelines;

public sealed class InputRowsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>RoBERTa parts the texts of a pair by two pieces; BERT alone tells the second one by its type.</summary>
    [Theory]
    [InlineData("Bert", 1, true)]
    [InlineData("DistilBert", 1, false)]
    [InlineData("Roberta", 2, false)]
    public void A_pair_is_written_as_the_layout_has_it_in_training_and_in_the_pipeline(string layout, int ends, bool typed)
    {
        File.WriteAllLines(folder.File("vocab.txt"), PipelineFolder.Vocabulary);
        var config = ExportedModels.Config(Enum.Parse<EncoderLayout>(layout)) with { TokenTypes = 2 };
        var tokenizer = PipelineFolder.Tokenizer(folder.Path);

        var trained = new TextExamples(tokenizer, config).Of(new LabelledText("abc", "d e", []));
        var piped = Assert.Single(new InputRows(new(config, tokenizer, null!, new())).Of("abc", "d e"));

        int[] expected = [tokenizer.Special.Begin, .. tokenizer.Encode("abc").Ids, .. Enumerable.Repeat(tokenizer.Special.End, ends), .. tokenizer.Encode("d e").Ids, tokenizer.Special.End];
        Assert.Equal(expected, trained.Ids);
        Assert.Equal(expected, piped.Ids);
        Assert.Equal(typed, trained.Types is not null);
        Assert.Equal(typed ? 4 + ends : expected.Length, piped.SecondStart);
    }
}
