using System.Text;
using Datahall.Learning.Tracking.TensorBoard;

namespace Datahall.Learning.Tests.Tracking.TensorBoard;

public sealed class RecordFramingTests
{
    [Fact]
    public void MaskedCrc_masks_the_check_value_of_CRC_32C()
    {
        // RFC 3720, appendix B.4, and the check value of the Castagnoli polynomial in Koopman's tables.
        const uint Check = 0xE3069283;

        Assert.Equal(((Check >> 15) | (Check << 17)) + 0xA282EAD8, RecordFraming.MaskedCrc("123456789"u8));
    }

    [Fact]
    public void Read_returns_what_was_written_and_stops_before_a_record_that_is_cut_off()
    {
        using var stream = new MemoryStream();
        RecordFraming.Write(stream, "first"u8);
        RecordFraming.Write(stream, new byte[1000]);
        RecordFraming.Write(stream, "cut off"u8);
        stream.SetLength(stream.Length - 2);
        stream.Position = 0;

        Assert.Equal("first", Encoding.UTF8.GetString(RecordFraming.Read(stream)!));
        Assert.Equal(new byte[1000], RecordFraming.Read(stream));
        Assert.Null(RecordFraming.Read(stream));
    }

    [Theory]
    [InlineData(0, "8 bytes at 0")]
    [InlineData(14, "5 bytes at 12")]
    public void Read_refuses_a_byte_that_was_changed(int position, string where)
    {
        using var stream = new MemoryStream();
        RecordFraming.Write(stream, "first"u8);
        stream.GetBuffer()[position] ^= 1;
        stream.Position = 0;

        Assert.Contains(where, Assert.Throws<InvalidDataException>(() => RecordFraming.Read(stream)).Message);
    }
}
