using Datahall.Server.Waking;

namespace Datahall.Server.Tests.Waking;

public sealed class MagicPacketTests
{
    [Fact]
    public void Of_makes_six_ff_and_sixteen_times_the_address()
    {
        var packet = MagicPacket.Of("0c:42:a1:00:0f:ff");

        Assert.Equal(102, packet.Length);
        Assert.Equal("FFFFFFFFFFFF0C42A1000FFF0C42A1000FFF", Convert.ToHexString(packet.AsSpan(0, 18)));
        Assert.Equal("0C42A1000FFF", Convert.ToHexString(packet.AsSpan(96)));
    }
}
