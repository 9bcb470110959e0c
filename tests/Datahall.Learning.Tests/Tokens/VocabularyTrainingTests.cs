using Datahall.Learning.Data;
using Datahall.Learning.Tokens;

namespace Datahall.Learning.Tests.Tokens;

public sealed class VocabularyTrainingTests
{
    [Fact]
    public void TrainWordPiece_refuses_a_size_that_does_not_hold_the_alphabet()
    {
        var error = Assert.Throws<LearningException>(() => new VocabularyTraining(6).TrainWordPiece(["abc"], new BertNormalization(true)));

        Assert.Contains("8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TrainWordPiece_keeps_the_most_frequent_characters()
    {
        var tokenizer = new VocabularyTraining(100, LargestAlphabet: 2).TrainWordPiece(["aaa bbb c"], new BertNormalization(true));

        Assert.Equal(tokenizer.Special.Unknown, Assert.Single(tokenizer.Encode("c").Ids));
        Assert.DoesNotContain(tokenizer.Special.Unknown, tokenizer.Encode("a bab").Ids);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Train_learns_a_vocabulary_of_real_text_that_knows_its_words(bool bytes)
    {
        var texts = new ConllReader(new BadLineLog(BadLines.Stop)).Read(SharedData.Find("learning/conll2003/eng.train"))
            .Select(sentence => string.Join(' ', sentence.Words)).ToArray();
        var training = new VocabularyTraining(8000);

        ITokenizer tokenizer = bytes ? training.TrainByteLevel(texts) : training.TrainWordPiece(texts, new BertNormalization(false));

        int[] pieces = [.. texts.SelectMany(text => tokenizer.Encode(text).Ids)];
        Assert.Equal(8000, tokenizer.VocabularySize);
        Assert.False(pieces.Contains(tokenizer.Special.Unknown));
        Assert.InRange((double)pieces.Length / 203_621, 1.0, 1.5); // pieces a word
    }
}
