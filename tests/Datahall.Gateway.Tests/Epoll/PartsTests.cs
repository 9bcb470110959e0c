using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Datahall.Gateway.Epoll;
using Datahall.Gateway.ProxyProtocol;

namespace Datahall.Gateway.Tests.Epoll;

/// <summary>The small parts that the lane is made of.</summary>
public sealed class PartsTests
{
    [Theory]
    [InlineData(Architecture.X64, "010000000807060504030201040000001817161514131211")]
    [InlineData(Architecture.Arm64, "0100000000000000080706050403020104000000000000001817161514131211")]
    public unsafe void Events_are_laid_out_as_the_kernel_of_the_architecture_has_them(Architecture architecture, string expected)
    {
        using var events = new EpollEvents(architecture, 2);
        events.Fill(0, Libc.In, 0x0102030405060708);
        events.Fill(1, Libc.Out, 0x1112131415161718);

        var bytes = new ReadOnlySpan<byte>(events.Pointer, architecture is Architecture.X64 ? 24 : 32);

        Assert.Equal(expected, Convert.ToHexString(bytes), ignoreCase: true);
        Assert.Equal((Libc.Out, 0x1112131415161718UL), (events.EventsOf(1), events.DataOf(1)));
    }

    [Fact]
    public void Wheel_calls_each_deadline_once_and_never_early()
    {
        var random = new Random(11);
        var now = 5_000_000_000L;
        var wheel = new TimerWheel(now);
        var timers = Enumerable.Range(0, 300).Select(_ => new Recorder()).ToList();
        var wanted = new Dictionary<Recorder, long>();
        for (var step = 0; step < 4000; step++)
        {
            var timer = timers[random.Next(timers.Count)];
            if (random.Next(5) == 0)
            {
                wheel.Clear(timer);
                wanted.Remove(timer);
            }
            else
            {
                wanted[timer] = now + random.NextInt64(20_000_000_000); // Up to twice the turn of the wheel.
                wheel.Set(timer, wanted[timer]);
            }

            var quiet = wheel.QuietMilliseconds(now);
            now += random.NextInt64(30_000_000);
            Recorder.Called.Clear();
            wheel.Advance(now);
            foreach (var called in Recorder.Called)
            {
                Assert.True(wanted.Remove(called, out var deadline) && deadline <= now, $"step {step}: called at {now}, wanted at {deadline}");
            }

            Assert.All(wanted.Values, deadline => Assert.True(deadline > now - 32_000_000, $"step {step}: late by {now - deadline} ns"));
            Assert.True(wanted.Count == 0 || quiet >= 0 || step == 0, "there are deadlines, so the wait must end");
        }
    }

    [Fact]
    public void Wheel_waits_no_longer_than_to_the_next_deadline()
    {
        var wheel = new TimerWheel(0);
        var timer = new Recorder();

        Assert.Equal(-1, wheel.QuietMilliseconds(0));
        wheel.Set(timer, 100_000_000);
        Assert.InRange(wheel.QuietMilliseconds(0), 100, 132);
        wheel.Set(timer, 3_600_000_000_000);
        Assert.InRange(wheel.QuietMilliseconds(0), 100, 132); // The old time is looked at once more; that is the price of a free move.
        wheel.Advance(200_000_000);
        Assert.InRange(wheel.QuietMilliseconds(200_000_000), 7000, 8300);
    }

    [Fact]
    public void Buffer_grows_moves_and_gives_its_memory_back()
    {
        var pool = new BlockPool(200_000);
        var buffer = new ByteBuffer(pool);

        Assert.True(buffer.TryAdd(new byte[10_000]));
        buffer.Skip(9_000);
        Assert.True(buffer.TryAdd(new byte[15_000])); // Moved to the front, then no growth is needed.
        Assert.Equal((16_000, BlockPool.Small), (buffer.Length, buffer.Capacity));
        Assert.True(buffer.TryAdd(new byte[30_000]));
        Assert.Equal((46_000, BlockPool.Middle), (buffer.Length, buffer.Capacity));
        Assert.False(buffer.TryAdd(new byte[100_000])); // 320 KB are more than the pool may have.
        buffer.Release();

        Assert.Equal(0, pool.UsedBytes);
        pool.Trim();
        Assert.Equal(0, pool.AllocatedBytes);
    }

    [Fact]
    public void Buffer_takes_bytes_out_of_the_middle()
    {
        var buffer = new ByteBuffer(new(1_000_000));
        buffer.TryAdd("headbodyrest"u8);

        buffer.Remove(4, 4);

        Assert.Equal("headrest"u8, buffer.Unread);
        buffer.Release();
    }

    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("2001:db8::7")]
    public void Relay_header_can_be_read_by_the_other_lane(string address)
    {
        var client = new ClientAddress();
        client.Set(IPEndPoint.Parse(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:65535" : $"{address}:65535"));
        var bytes = new byte[128];

        var length = RelayHeader.Write(client, bytes);

        Assert.Equal(ProxyHeaderReading.Complete, ProxyHeader.Read(bytes.AsSpan(0, length), out var header, out var read));
        Assert.Equal((length, address, 65535), (read, header.Source!.Address.ToString(), header.Source.Port));
        Assert.Equal(address, Encoding.ASCII.GetString(client.Text));
    }

    [Fact]
    public void Relay_header_of_an_unknown_client_says_so()
    {
        var client = new ClientAddress();
        var bytes = new byte[128];
        client.Read(new NativeAddress(new UnixDomainSocketEndPoint("/tmp/x")).Bytes);

        var length = RelayHeader.Write(client, bytes);

        Assert.Equal(ProxyHeaderReading.Complete, ProxyHeader.Read(bytes.AsSpan(0, length), out var header, out _));
        Assert.Null(header.Source);
    }

    [Fact]
    public void Address_of_version_4_within_version_6_is_one_of_version_4()
    {
        var client = new ClientAddress();
        var plain = Known();

        client.Read(new NativeAddress(new IPEndPoint(IPAddress.Parse("::ffff:127.0.0.1"), 9)).Bytes);

        Assert.Equal("127.0.0.1"u8, client.Text);
        Assert.Equal((9, plain.Hash), (client.Port, client.Hash));
    }

    [Fact]
    public void Socket_table_knows_old_keys_from_new_ones()
    {
        var table = new SocketTable();
        var (first, second) = (new Recorder.Socket(), new Recorder.Socket());
        var old = table.Add(first);

        table.Remove(first);
        var key = table.Add(second);

        Assert.Null(table.Find(old));
        Assert.Same(second, table.Find(key));
        Assert.Equal(1, table.Count);
    }

    private static ClientAddress Known()
    {
        var client = new ClientAddress();
        client.Read(new NativeAddress(new IPEndPoint(IPAddress.Loopback, 9)).Bytes);
        return client;
    }

    private sealed class Recorder : TimerNode
    {
        public static List<Recorder> Called { get; } = [];

        public override void OnDeadline() => Called.Add(this);

        public sealed class Socket() : PolledSocket(null!)
        {
            public override void OnDeadline()
            {
            }

            protected override void OnReady()
            {
            }
        }
    }
}
