using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using Datahall.Learning.Tracking.TensorBoard;

namespace Datahall.Learning.Tests.Tracking.TensorBoard;

public sealed class EventFileTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ReadScalars_returns_what_was_written()
    {
        using (var writer = new EventFileWriter(folder.Path, "host", Noon))
        {
            writer.Text(Noon, 0, "configuration", "| a | b |");
            writer.Scalar(Noon.AddSeconds(1.5), 10, "train/loss", 0.5f);
            writer.Scalar(Noon.AddSeconds(2), 1L << 40, "train/loss", float.NaN);
        }

        Assert.Equal(
            [
                new ScalarEvent(Noon.ToUnixTimeSeconds() + 1.5, 10, "train/loss", 0.5),
                new ScalarEvent(Noon.ToUnixTimeSeconds() + 2, 1L << 40, "train/loss", double.NaN),
            ],
            EventFileReader.ReadScalars(folder.Path));
    }

    [Fact]
    public void ReadScalars_forgets_what_a_restart_does_again()
    {
        WriteLosses(1, 2, 3);
        using (var writer = new EventFileWriter(folder.Path, "host", Noon))
        {
            writer.Restart(Noon, 3);
            writer.Scalar(Noon, 3, "loss", 3.5f);
        }

        Assert.Equal([(1, 1), (2, 2), (3, 3.5)], EventFileReader.ReadScalars(folder.Path).Select(scalar => (scalar.Step, scalar.Value)));
    }

    [Fact]
    public void ReadScalars_names_a_damaged_file()
    {
        WriteLosses(1, 2, 3);
        var path = Directory.GetFiles(folder.Path).Single();
        var bytes = File.ReadAllBytes(path);
        bytes[^6] ^= 1;
        File.WriteAllBytes(path, bytes);

        var exception = Assert.Throws<LearningException>(() => EventFileReader.ReadScalars(folder.Path));

        Assert.StartsWith($"{path} is damaged: the checksum", exception.Message);
    }

    /// <summary>protoc knows nothing of our code; the frames are taken apart here by a CRC worked out bit by bit.</summary>
    [Fact]
    public void Protoc_reads_each_event()
    {
        WriteLosses(7);

        var records = Unframe(File.ReadAllBytes(Directory.GetFiles(folder.Path).Single()));

        Assert.Equal(2, records.Count);
        Assert.Contains("3: \"brain.Event:2\"", DecodeRaw(records[0]));
        var scalar = DecodeRaw(records[1]);
        Assert.Contains("2: 7", scalar);
        Assert.Matches("5 \\{\\s+1 \\{\\s+1: \"loss\"\\s+2: 0x40e00000\\s+\\}\\s+\\}", scalar);
    }

    private void WriteLosses(params float[] losses)
    {
        using var writer = new EventFileWriter(folder.Path, "host", Noon);
        foreach (var loss in losses)
        {
            writer.Scalar(Noon, (long)loss, "loss", loss);
        }
    }

    private static List<byte[]> Unframe(byte[] file)
    {
        var records = new List<byte[]>();
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(SlowMaskedCrc(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            var data = file.AsSpan(at + 12, length);
            Assert.Equal(SlowMaskedCrc(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            records.Add(data.ToArray());
            at += 16 + length;
        }

        return records;
    }

    private static uint SlowMaskedCrc(ReadOnlySpan<byte> data)
    {
        var crc = 0xFFFFFFFF;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
    }

    private static string DecodeRaw(byte[] message)
    {
        try
        {
            using var protoc = Process.Start(new ProcessStartInfo("protoc", "--decode_raw") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            protoc.StandardInput.BaseStream.Write(message);
            protoc.StandardInput.Close();
            var text = protoc.StandardOutput.ReadToEnd();
            protoc.WaitForExit();
            return text;
        }
        catch (Win32Exception)
        {
            Assert.Skip("protoc is not here; apt-get install protobuf-compiler brings it");
            throw;
        }
    }
}
