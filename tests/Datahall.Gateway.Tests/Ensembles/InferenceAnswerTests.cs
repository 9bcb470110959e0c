using System.Buffers;
using System.Text;
using Datahall.Gateway.Ensembles;

namespace Datahall.Gateway.Tests.Ensembles;

public sealed class InferenceAnswerTests
{
    [Fact]
    public void Read_takes_flat_and_nested_data_alike()
    {
        var flat = Read("""{"id":"7","outputs":[{"name":"y","datatype":"FP32","shape":[2,2],"data":[1,2,3,4.5]}]}""");
        var nested = Read("""{"outputs":[{"name":"y","datatype":"FP32","shape":[2,2],"data":[[1,2],[3,4.5]]}]}""");

        Assert.Equal("7", flat.Id);
        Assert.Equal([1, 2, 3, 4.5], flat.Outputs[0].Reals);
        Assert.Equal(flat.Outputs[0].Reals, nested.Outputs[0].Reals);
    }

    [Theory]
    [InlineData("FP32")]
    [InlineData("FP64")]
    [InlineData("FP16")]
    [InlineData("BF16")]
    public void Write_and_Read_keep_real_tensors_in_binary(string type)
    {
        RoundTrip(Tensor.Of("y", TensorType.Of(type), [3], isBinary: true, (double[])[0.5, -2, 1024]));
    }

    [Theory]
    [InlineData("INT8", -128, 127)]
    [InlineData("INT16", -32768, 32767)]
    [InlineData("INT32", int.MinValue, int.MaxValue)]
    [InlineData("INT64", long.MinValue, long.MaxValue)]
    [InlineData("UINT8", 0, 255)]
    [InlineData("UINT16", 0, 65535)]
    [InlineData("UINT32", 0, uint.MaxValue)]
    [InlineData("UINT64", 0, -1)]
    [InlineData("BOOL", 0, 1)]
    public void Write_and_Read_keep_whole_numbers_in_both_forms(string type, long least, long most)
    {
        RoundTrip(Tensor.Of("y", TensorType.Of(type), [2], isBinary: true, (long[])[least, most]));
        RoundTrip(Tensor.Of("y", TensorType.Of(type), [2], isBinary: false, (long[])[least, most]));
    }

    [Fact]
    public void Write_and_Read_keep_strings_with_NUL_in_both_forms()
    {
        byte[][] texts = ["a\0b"u8.ToArray(), [], "é"u8.ToArray()];

        RoundTrip(Tensor.Of("y", TensorType.Of("BYTES"), [3], isBinary: true, texts));
        RoundTrip(Tensor.Of("y", TensorType.Of("BYTES"), [3], isBinary: false, texts));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"outputs\":{}}")]
    [InlineData("not json")]
    [InlineData("{\"outputs\":[{\"name\":\"y\"}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP8\",\"shape\":[1],\"data\":[1]}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[2],\"data\":[1]}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1,2]}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[-1],\"data\":[1]}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[4294967296,4294967296,4294967296],\"data\":[1]}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1.5],\"data\":[1]}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[\"x\"]}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"INT8\",\"shape\":[1],\"data\":[128]}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"UINT64\",\"shape\":[1],\"data\":[-1]}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"BOOL\",\"shape\":[1],\"data\":[2]}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],\"parameters\":{\"binary_data_size\":4}}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],\"parameters\":{\"binary_data_size\":-4}}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]},{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]}]}")]
    public void Read_refuses_what_the_protocol_does_not_know(string json) =>
        Assert.Throws<InferenceFormatException>(() => Read(json));

    [Theory]
    [InlineData("FP32", 1, "abc")] // Too short.
    [InlineData("FP32", 1, "abcde")] // Too long.
    [InlineData("BYTES", 1, "\u0005\0\0\0abc")] // Longer than what is left.
    [InlineData("BYTES", 1, "\u00FF\u00FF\u00FF\u00FFabc")]
    [InlineData("BYTES", 2000000000, "\0\0\0\0")]
    [InlineData("BYTES", 1, "\0\0\0\0x")]
    public void Read_refuses_binary_data_that_does_not_fit_its_shape(string type, int count, string data)
    {
        var bytes = Encoding.Latin1.GetBytes(data);
        var json = $$$"""{"outputs":[{"name":"y","datatype":"{{{type}}}","shape":[{{{count}}}],"parameters":{"binary_data_size":{{{bytes.Length}}}}}]}""";
        byte[] body = [.. Encoding.UTF8.GetBytes(json), .. bytes];

        Assert.Throws<InferenceFormatException>(() => InferenceAnswer.Read(body, json.Length));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1000)]
    public void Read_refuses_a_JSON_length_that_the_body_does_not_have(int length) =>
        Assert.Throws<InferenceFormatException>(() => InferenceAnswer.Read("{\"outputs\":[]}"u8.ToArray(), length));

    [Fact]
    public void Read_never_fails_otherwise_than_by_saying_so()
    {
        var valid = Encoding.UTF8.GetBytes("""{"id":"a","outputs":[{"name":"y","datatype":"INT32","shape":[2],"data":[1,2]},{"name":"z","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":8}}]}""");
        var random = new Random(20261126);
        for (var i = 0; i < 20_000; i++)
        {
            byte[] body = [.. valid, 4, 0, 0, 0, 1, 2, 3, 4];
            for (var j = random.Next(1, 4); j > 0; j--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            try
            {
                InferenceAnswer.Read(body.AsMemory(0, random.Next(body.Length + 1)), random.Next(3) == 0 ? null : valid.Length);
            }
            catch (InferenceFormatException)
            {
                // It says so.
            }
            catch (Exception e)
            {
                Assert.Fail($"seed 20261126, round {i}: {e}");
            }
        }
    }

    private static InferenceAnswer Read(string json) => InferenceAnswer.Read(Encoding.UTF8.GetBytes(json), null);

    private static void RoundTrip(Tensor tensor)
    {
        var bytes = new ArrayBufferWriter<byte>();

        var length = new InferenceAnswer("id", [tensor]).Write("model", bytes);
        var read = InferenceAnswer.Read(bytes.WrittenMemory, length);

        Assert.Equal(tensor.IsBinary, length is not null);
        Assert.Equal(("id", tensor.Signature, tensor.IsBinary), (read.Id, read.Outputs[0].Signature, read.Outputs[0].IsBinary));
        Assert.Equal(tensor.Reals, read.Outputs[0].Reals);
        Assert.Equal(tensor.Integers, read.Outputs[0].Integers);
        Assert.Equal(tensor.Texts, read.Outputs[0].Texts);
    }
}
