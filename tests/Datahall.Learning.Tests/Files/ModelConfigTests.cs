using System.Text.Json.Nodes;

namespace Datahall.Learning.Files;

public sealed class ModelConfigTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("""
        {"architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": 28996, "hidden_size": 768, "num_hidden_layers": 12,
         "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
         "classifier_dropout": null, "max_position_embeddings": 512, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "initializer_range": 0.02,
         "pad_token_id": 0, "id2label": {"0": "O", "1": "B-PER"}, "label2id": {"O": 0, "B-PER": 1}, "transformers_version": "4.6.0.dev0", "use_cache": true}
        """)]
    [InlineData("""
        {"model_type": "distilbert", "vocab_size": 30522, "dim": 768, "n_layers": 6, "n_heads": 12, "hidden_dim": 3072, "activation": "gelu",
         "dropout": 0.1, "attention_dropout": 0.1, "seq_classif_dropout": 0.2, "max_position_embeddings": 512, "initializer_range": 0.02,
         "pad_token_id": 0, "sinusoidal_pos_embds": false, "tie_weights_": true}
        """)]
    public void Save_writes_back_all_keys_of_a_file(string text)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), text);

        ModelConfig.Load(folder).Save(folder);

        var written = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!.AsObject();
        Assert.All(JsonNode.Parse(text)!.AsObject().Where(pair => pair.Value is not null), pair =>
            Assert.True(JsonNode.DeepEquals(pair.Value, written[pair.Key]), $"{pair.Key}: {written[pair.Key]}"));
    }

    [Fact]
    public void Load_knows_the_positions_and_padding_of_roberta()
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"model_type": "roberta", "vocab_size": 50265, "max_position_embeddings": 514}""");

        var config = ModelConfig.Load(folder);

        Assert.Equal((EncoderLayout.Roberta, 1, 512), (config.Layout, config.PadId, config.MaxLength));
    }

    [Theory]
    [InlineData("""{"model_type": "gpt2", "vocab_size": 5}""", "says model_type gpt2; bert, roberta, distilbert are known here")]
    [InlineData("""{"model_type": "bert"}""", "has no vocab_size")]
    [InlineData("""{"vocab_size": 0}""", "the vocabulary size is 0")]
    [InlineData("""{"vocab_size": 5, "hidden_size": 10, "num_attention_heads": 3}""", "a hidden size of 10 does not divide into 3 heads")]
    [InlineData("""{"vocab_size": 5, "id2label": {"0": "O", "2": "B"}}""", "id2label has 2 labels but no label 1")]
    [InlineData("""{"vocab_size": "many"}""", "is no config of a model")]
    [InlineData("""{"vocab_size": 5, "num_hidden_layers": 2, "intermediate_size_per_layer": [3]}""", "for each of the 2 layers")]
    [InlineData("""[]""", "is no config of a model")]
    public void Load_refuses_a_config_that_no_model_can_have(string text, string message)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), text);

        var thrown = Assert.Throws<LearningException>(() => ModelConfig.Load(folder));

        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_says_where_the_file_should_be()
    {
        var thrown = Assert.Throws<LearningException>(() => ModelConfig.Load(folder));

        Assert.StartsWith(Path.Combine(folder, "config.json") + " is not there", thrown.Message, StringComparison.Ordinal);
    }
}
