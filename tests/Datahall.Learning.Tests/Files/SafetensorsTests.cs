using System.Buffers.Binary;
using System.Text;

namespace Datahall.Learning.Files;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Open_reads_what_was_written()
    {
        StoredTensor[] tensors =
        [
            StoredTensor.Float32("b", [2, 3], [1, 2, 3, 4, 5, 6]),
            new("a", TensorType.Int64, [1], BitConverter.GetBytes(7L)),
            new("c", TensorType.UInt8, [3], new byte[] { 1, 2, 3 }),
            StoredTensor.Float32("scalar", [], [9]),
            StoredTensor.Float32("empty", [0, 4], []),
        ];
        SafetensorsWriter.Write(PathOf("m.safetensors"), tensors, new Dictionary<string, string> { ["made by"] = "a test" });

        using var file = SafetensorsFile.Open(PathOf("m.safetensors"));

        Assert.Equal(5, file.Tensors.Count);
        Assert.All(tensors, tensor =>
        {
            Assert.Equal(tensor.Type, file[tensor.Name].Type);
            Assert.Equal(tensor.Shape, file[tensor.Name].Shape);
            Assert.Equal(tensor.Bytes.ToArray(), file[tensor.Name].Bytes.ToArray());
        });
        Assert.Equal("a test", file.Metadata["made by"]);
    }

    [Theory]
    [InlineData("F64", new byte[] { 0, 0, 0, 0, 0, 0, 0xf8, 0x3f })]
    [InlineData("F16", new byte[] { 0, 0x3e })]
    [InlineData("BF16", new byte[] { 0xc0, 0x3f })]
    public void ToFloat32_converts_floating_points(string type, byte[] bytes) =>
        Assert.Equal([1.5f], new StoredTensor("x", TensorTypes.Find(type)!.Value, [1], bytes).ToFloat32());

    [Theory]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "x ends at byte")]
    [InlineData("""{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "x of type F32 and shape [3] needs 12 bytes, its place has 8")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}""", 8, "x of type F32 and shape [-1]")]
    [InlineData("""{"x":{"dtype":"F9","shape":[2],"data_offsets":[0,8]}}""", 8, "tensor x has the type F9")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "y begins at byte 2, before x ends at byte 4")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "4 bytes before tensor x belong to no tensor")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "4 bytes behind tensor x belong to no tensor")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1]}}""", 4, "the header of x should have dtype, shape and two data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}""", 0, "its place has 0")]
    [InlineData("""{"x":{},"x":{}}""", 0, "its header is not JSON")]
    [InlineData("""{"x":""", 0, "its header is not JSON")]
    public void Open_refuses_a_header_that_contradicts(string header, int dataBytes, string message)
    {
        Write(Encoding.UTF8.GetByteCount(header), header, dataBytes);

        var thrown = Assert.Throws<LearningException>(() => SafetensorsFile.Open(PathOf("bad.safetensors")));

        Assert.Contains("bad.safetensors", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, "its header should have 1000 bytes, 2 are there")]
    [InlineData(long.MaxValue, "the limit is 100000000")]
    [InlineData(-1, "the limit is 100000000")]
    public void Open_refuses_a_header_longer_than_the_file(long length, string message)
    {
        Write(length, "{}", 0);

        var thrown = Assert.Throws<LearningException>(() => SafetensorsFile.Open(PathOf("bad.safetensors")));

        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_refuses_a_file_cut_at_any_byte()
    {
        SafetensorsWriter.Write(PathOf("m.safetensors"), [StoredTensor.Float32("x", [2], [1, 2])]);
        var whole = File.ReadAllBytes(PathOf("m.safetensors"));

        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(PathOf("cut.safetensors"), whole[..length]);
            Assert.Throws<LearningException>(() => SafetensorsFile.Open(PathOf("cut.safetensors")));
        }
    }

    [Fact]
    public void OpenFolder_reads_shards_as_one()
    {
        StoredTensor[] tensors = [.. Enumerable.Range(0, 5).Select(i => StoredTensor.Float32($"t{i}", [2], [i, i]))];
        SafetensorsWriter.WriteFolder(folder, tensors, shardBytes: 16);

        using var file = SafetensorsFile.OpenFolder(folder);

        Assert.Equal(3, Directory.GetFiles(folder, "model-*-of-00003.safetensors").Length);
        Assert.All(tensors, tensor => Assert.Equal(tensor.Bytes.ToArray(), file[tensor.Name].Bytes.ToArray()));
    }

    [Fact]
    public void OpenFolder_names_a_tensor_that_its_shard_lacks()
    {
        SafetensorsWriter.WriteFolder(folder, Enumerable.Range(0, 2).Select(i => StoredTensor.Float32($"t{i}", [2], [i, i])), shardBytes: 8);
        SafetensorsWriter.Write(PathOf("model-00002-of-00002.safetensors"), [StoredTensor.Float32("other", [1], [1])]);

        var thrown = Assert.Throws<LearningException>(() => SafetensorsFile.OpenFolder(folder));

        Assert.Contains("puts tensor t1 into model-00002-of-00002.safetensors, where it is not", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenFolder_refuses_an_index_that_leads_out_of_the_folder()
    {
        File.WriteAllText(PathOf(ShardIndex.FileName), """{"weight_map":{"x":"../x.safetensors"}}""");

        var thrown = Assert.Throws<LearningException>(() => SafetensorsFile.OpenFolder(folder));

        Assert.Contains("'../x.safetensors'", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_leaves_the_old_file_when_it_fails()
    {
        SafetensorsWriter.Write(PathOf("m.safetensors"), [StoredTensor.Float32("x", [1], [1])]);
        var before = File.ReadAllBytes(PathOf("m.safetensors"));

        Assert.Throws<IOException>(() => AtomicFile.Write(PathOf("m.safetensors"), file =>
        {
            file.Write([1, 2, 3]);
            throw new IOException("no space left on device");
        }));
        Assert.Throws<LearningException>(() => SafetensorsWriter.Write(PathOf("m.safetensors"),
            [StoredTensor.Float32("x", [1], [1]), StoredTensor.Float32("x", [1], [1])]));

        Assert.Equal(before, File.ReadAllBytes(PathOf("m.safetensors")));
        Assert.Equal(["m.safetensors"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Fact]
    public void Write_refuses_bytes_that_do_not_fit_the_shape()
    {
        var thrown = Assert.Throws<LearningException>(() =>
            SafetensorsWriter.Write(PathOf("m.safetensors"), [new("x", TensorType.Float32, [2, 2], new byte[8])]));

        Assert.Contains("tensor x has 8 bytes, its shape [2, 2] of F32 needs 16", thrown.Message, StringComparison.Ordinal);
    }

    private string PathOf(string file) => Path.Combine(folder, file);

    private void Write(long length, string header, int dataBytes)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        File.WriteAllBytes(PathOf("bad.safetensors"), [.. bytes, .. Encoding.UTF8.GetBytes(header), .. new byte[dataBytes]]);
    }
}
