using System.Text;
using Datahall.Monitoring.Templates;

namespace Datahall.Monitoring.Tests.Templates;

public sealed class LineTokenizerTests
{
    [Theory]
    [InlineData("took 12 ms", "took <*>")]
    [InlineData("lifetime <1 sec", "lifetime <*>")]
    [InlineData("lifetime 00:01", "lifetime <*>")]
    [InlineData("size 226.0 B, free 406.0 KB)", "size <*>, free <*>)")]
    [InlineData("from 10.251.73.220:50010 to /10.1.2.3:80", "from <*> to <*>")]
    [InlineData("delete blk_-695 blk_12 blk_7", "delete blk_<*>")]
    [InlineData("a=1, b=true c=\"x y\" d=word", "a= <*>, b= <*> c= \"<*>\" d= word")]
    [InlineData("bssid 5c:50:15:4c:18:13 on fe80::1", "bssid <*> on <*>")]
    [InlineData("id b9000564-fe1a-409b-b8cc-1e88b294cd1d", "id <*>")]
    [InlineData("at Sun Jul  3 10:05:25 2005 end", "at <*> end")]
    [InlineData("open /var/log/x.log: denied", "open <*>: denied")]
    [InlineData("GET http://a.b/c?d=1, done", "GET http://<*>, done")]
    [InlineData("host node7.example.com:8080 up", "host <*> up")]
    [InlineData("class org.apache.Foo loaded", "class org.apache.Foo loaded")]
    [InlineData("link up on eth0", "link up on eth<*>")]
    [InlineData("nodes node-1 <ok> node-2 <ok> node-3 <ok>", "nodes node-<*> <ok>")]
    [InlineData("from 1.2.3.4 () at", "from <*> (<*>) at")]
    [InlineData("[1, 2, 3, 4]", "[<*>, <*>, <*>]")]
    [InlineData("0x1fe 7f3a2b add-on I/O done", "<*> add-on I/O done")]
    [InlineData("", "")]
    [InlineData("Jun is a name, May 4 is none", "Jun is a name, <*> is none")]
    public void Read_masks_values_and_leaves_words(string line, string expected)
    {
        var shape = new LineShape();

        LineTokenizer.Read(Encoding.UTF8.GetBytes(line), shape);

        Assert.Equal(expected, string.Join(' ', Enumerable.Range(0, shape.Count).Select(i => Encoding.UTF8.GetString(shape.Token(i)).Replace("\0", "<*>", StringComparison.Ordinal))));
    }

    [Fact]
    public void Read_bears_any_bytes()
    {
        const int seed = 20_260_101;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var shape = new LineShape();
        var signs = "aZ09 .:-_/\\@=()[]{}<>\"'#+,x\t\0\u001b"u8.ToArray();

        for (var i = 0; i < 20_000; i++)
        {
            var line = new byte[random.Next(i % 100 == 0 ? 20_000 : 120)];
            for (var at = 0; at < line.Length; at++)
            {
                line[at] = random.Next(4) == 0 ? (byte)random.Next(256) : signs[random.Next(signs.Length)];
            }

            LineTokenizer.Read(line, shape);

            Assert.InRange(shape.Count, 0, LineShape.MaxTokens);
            for (var token = 0; token < shape.Count; token++)
            {
                Assert.False(shape.Token(token).IsEmpty);
                Assert.DoesNotContain(shape.Token(token).ToArray(), static value => value is not LineShape.Wildcard && ByteClass.Is(value, ByteClass.Space));
            }
        }
    }

    [Fact]
    public void Read_allocates_nothing()
    {
        var shape = new LineShape();
        var line = Encoding.UTF8.GetBytes("Failed password for root from 183.62.140.253 port 44216 ssh2");

        Allocation.None(() => LineTokenizer.Read(line, shape));
    }
}
