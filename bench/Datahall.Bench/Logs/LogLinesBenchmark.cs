using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Datahall.Monitoring.Diagnosis;
using Datahall.Monitoring.Templates;

namespace Datahall.Bench.Logs;

/// <summary>Lines of logs a second on one core: templates, diagnosis, and beside them what the masking by expressions of Drain3 costs alone.</summary>
/// <remarks>Speed is per second of processor time, for others may use the machine. The measured pass follows one over the same lines that warms up the runtime; the miner itself is new.</remarks>
internal static class LogLinesBenchmark
{
    private const int Repeats = 20;
    private const int Seed = 1;

    public static void Run(string directory)
    {
        var lines = Directory.GetFiles(directory, "*.log", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .SelectMany(File.ReadLines).Select(Encoding.UTF8.GetBytes).ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lines.Length:N0} lines of {directory}, {Repeats} times, shuffled (seed {Seed})"));
        Console.WriteLine("lines                      seen before   of shape seen   lines/s of one core      MB/s   templates   bytes/line   memory");
        Measure("as they are", lines, static (line, _) => line);
        Measure("other numbers each time", lines, Renumbered);
        Measure("and other words in 1 of 20", lines, static (line, random) => random.Next(20) == 0 ? Reworded(Renumbered(line, random), random) : Renumbered(line, random));
        Compare(lines);
    }

    private static void Measure(string name, byte[][] lines, Func<byte[], Random, byte[]> change)
    {
        var random = new Random(Seed);
        var stream = new List<byte[]>(lines.Length * Repeats);
        for (var i = 0; i < Repeats; i++)
        {
            stream.AddRange(lines.Select(line => change(line, random)));
        }

        var all = stream.ToArray();
        random.Shuffle(all);
        Mine(all, new());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var miner = new TemplateMiner();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var seconds = Mine(all, miner);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        var bytes = all.Sum(static line => (long)line.Length);
        var (seen, shapes) = Shares(all);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-26} {seen,11:0.0%} {shapes,15:0.0%} {all.Length / seconds,21:N0} {bytes / seconds / 1e6,9:N0} {miner.Count,11:N0} {(double)allocated / all.Length,12:0.0} {memory / 1e6,5:0.0} MB"));
        GC.KeepAlive(miner);
    }

    private static double Mine(byte[][] lines, TemplateMiner miner) => Seconds(() =>
    {
        foreach (var line in lines)
        {
            miner.Add(line);
        }
    });

    private static void Compare(byte[][] lines)
    {
        var texts = lines.Select(Encoding.UTF8.GetString).ToArray();
        Regex[] masks =
        [
            new(@"((?<=[^A-Za-z0-9])|^)(([0-9a-f]{2,}:){3,}([0-9a-f]{2,}))((?=[^A-Za-z0-9])|$)", RegexOptions.Compiled),
            new(@"((?<=[^A-Za-z0-9])|^)(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})((?=[^A-Za-z0-9])|$)", RegexOptions.Compiled),
            new(@"((?<=[^A-Za-z0-9])|^)([0-9a-f]{6,} ?){3,}((?=[^A-Za-z0-9])|$)", RegexOptions.Compiled),
            new(@"((?<=[^A-Za-z0-9])|^)([0-9A-F]{4} ?){4,}((?=[^A-Za-z0-9])|$)", RegexOptions.Compiled),
            new(@"((?<=[^A-Za-z0-9])|^)(0x[a-f0-9A-F]+)((?=[^A-Za-z0-9])|$)", RegexOptions.Compiled),
            new(@"((?<=[^A-Za-z0-9])|^)([\-\+]?\d+)((?=[^A-Za-z0-9])|$)", RegexOptions.Compiled),
            new(@"(?<=executed cmd )("".+?"")", RegexOptions.Compiled),
        ];
        var length = 0L;
        void Mask()
        {
            foreach (var text in texts)
            {
                length += masks.Aggregate(text, static (masked, mask) => mask.Replace(masked, "<:*:>")).Length;
            }
        }

        Mask();
        var masking = Seconds(Mask);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the 7 masks of Drain3 alone, compiled expressions of .NET: {texts.Length / masking:N0} lines/s ({length / 2:N0} letters)"));
        void Diagnose()
        {
            for (var i = 0; i < Repeats; i++)
            {
                var run = DiagnosisCatalogue.Load().Begin();
                foreach (var line in lines)
                {
                    run.Add(line);
                }
            }
        }

        Diagnose();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"diagnosis, {DiagnosisCatalogue.Load().Count} entries: {lines.Length * Repeats / Seconds(Diagnose):N0} lines/s"));
    }

    private static double Seconds(Action action)
    {
        using var process = Process.GetCurrentProcess();
        var start = process.TotalProcessorTime;
        action();
        process.Refresh();
        return (process.TotalProcessorTime - start).TotalSeconds;
    }

    private static (double Seen, double Shapes) Shares(byte[][] lines)
    {
        var distinct = lines.Select(Convert.ToHexString).Distinct().Count();
        HashSet<ulong> shapes = [];
        var shape = new LineShape();
        foreach (var line in lines)
        {
            LineTokenizer.Read(line, shape);
            shapes.Add(shape.Hash());
        }

        return (1 - ((double)distinct / lines.Length), 1 - ((double)shapes.Count / lines.Length));
    }

    private static byte[] Renumbered(byte[] line, Random random) =>
        [.. line.Select(value => value is >= (byte)'1' and <= (byte)'9' ? (byte)('1' + random.Next(9)) : value)];

    private static byte[] Reworded(byte[] line, Random random)
    {
        var words = Encoding.UTF8.GetString(line).Split(' ');
        words[random.Next(words.Length)] = new([.. Enumerable.Range(0, 8).Select(_ => (char)('g' + random.Next(20)))]);
        return Encoding.UTF8.GetBytes(string.Join(' ', words));
    }
}
