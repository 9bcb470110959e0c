using System.Globalization;

namespace Datahall.Twin.Traces.Vms;

/// <summary>How busy virtual machines were: a row for each, a column <c>t0</c>, <c>t1</c>, … for each five minutes, in percent of one core.</summary>
/// <remarks>
/// The rows are taken for CloudSim's four types in four equal parts, in the file's order: 2500, 2000, 1000 and 500 MIPS with 870, 1740, 1740 and 613 MB. A
/// machine ends when it asks for nothing in two samples that follow each other, as in CloudSim 3.0.3.
/// </remarks>
public sealed class VmTrace
{
    /// <summary>The time between samples, in seconds.</summary>
    public const double SampleSeconds = 300;

    private static readonly double[] Mips = [2500, 2000, 1000, 500];
    private static readonly double[] Megabytes = [870, 1740, 1740, 613];

    private readonly double[][] demand; // By machine and sample.
    private readonly int[] ends;

    private VmTrace(double[][] utilisation)
    {
        Samples = utilisation[0].Length;
        var part = (utilisation.Length + 3) / 4;
        Size = [.. utilisation.Select((_, vm) => Mips[vm / part])];
        Memory = [.. utilisation.Select((_, vm) => Megabytes[vm / part])];
        demand = [.. utilisation.Select((row, vm) => row.Select(share => share * Size[vm]).ToArray())];
        ends = [.. demand.Select(static row => Enumerable.Range(0, row.Length).FirstOrDefault(k => row[k] == 0 && (k + 1 == row.Length || row[k + 1] == 0), row.Length))];
    }

    /// <summary>How many machines there are.</summary>
    public int Count => demand.Length;

    /// <summary>How many samples there are of each.</summary>
    public int Samples { get; }

    /// <summary>The full speed of each, in MIPS. Shape [machines].</summary>
    public IReadOnlyList<double> Size { get; }

    /// <summary>The memory of each, in MB. Shape [machines].</summary>
    public IReadOnlyList<double> Memory { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="file">A CSV file, or one packed as .csv.gz.</param>
    /// <exception cref="TraceException">It cannot be used.</exception>
    public static VmTrace Read(string file)
    {
        var table = CsvTable.Read(file, "t0", "t1");
        var samples = 2;
        while (table.Has(Column(samples)))
        {
            samples++;
        }

        if (table.Count == 0)
        {
            throw new TraceException($"{file}: has no rows; give one for each machine");
        }

        var rows = new double[table.Count][];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = new double[samples];
            for (var k = 0; k < samples; k++)
            {
                rows[row][k] = table.Real(row, Column(k)) is <= 100 and var percent ? percent / 100 : throw table.Wrong(row, Column(k), "a percentage from 0 to 100");
            }
        }

        return new(rows);
    }

    /// <summary>What a machine asks for, in MIPS; 0 once it has ended.</summary>
    internal double Demand(int vm, int sample) => sample < ends[vm] ? demand[vm][sample] : 0;

    /// <summary>Whether a machine is there.</summary>
    internal bool IsAlive(int vm, int sample) => sample < ends[vm];

    private static string Column(int sample) => string.Create(CultureInfo.InvariantCulture, $"t{sample}");
}
