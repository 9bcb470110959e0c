using Datahall.Energy.Air;
using Datahall.Energy.Cooling;

namespace Datahall.Energy.Tests.Air;

/// <summary>The 40-chassis matrix of SST (DMatrix4_5_2) with its published setting: 1 kW idle, 2.5 kW busy, inlets of at most 25 °C.</summary>
public sealed class RecirculationMatrixTests
{
    private const double Limit = 25;
    private const double Idle = 1000;
    private const double Busy = 2500;

    [Theory]
    [InlineData(Idle, 8.734, 16.266, 17.62)]
    [InlineData(Busy, 21.836, 3.164, 189.18)]
    public void Rises_set_the_supply_and_so_the_cooling_power(double watts, double rise, double supply, double kilowatts)
    {
        var matrix = Matrix();
        var heat = new double[40];
        Array.Fill(heat, watts);

        var hottest = Hottest(matrix, heat);

        Assert.Equal(rise, hottest, 0.0005);
        Assert.Equal(supply, Limit - hottest, 0.0005);
        Assert.Equal(kilowatts, Cooling(matrix, heat), 0.005);
    }

    // kW of cooling, greedy and the mean of random placements.
    [Theory]
    [InlineData(10, 24.2, 34.6)]
    [InlineData(20, 31.3, 64.4)]
    [InlineData(30, 56.2, 115.7)]
    public void Placing_by_the_rise_it_causes_beats_random_placement(int busy, double greedy, double random)
    {
        var matrix = Matrix();

        Assert.Equal(greedy, Cooling(matrix, Greedy(matrix, busy)), 0.05);
        Assert.Equal(random, Enumerable.Range(0, 4000).Average(seed => Cooling(matrix, Random(busy, seed))), random * 0.01);
    }

    [Fact]
    public void Transposed_is_the_adjoint_of_the_rises()
    {
        var random = new Random(7);
        var matrix = new RecirculationMatrix(13, Numbers(random, 169));
        var (x, y, dx, dty) = (Numbers(random, 13), Numbers(random, 13), new double[13], new double[13]);

        matrix.Rises(x, dx);
        matrix.Transposed(y, dty);

        Assert.Equal(Dot(dx, y), Dot(x, dty), 1e-9);
        Assert.Equal(Dot([.. matrix.Row(3)], x), dx[3], 1e-12);
        Allocation.None(() => matrix.Rises(x, dx));
        Allocation.None(() => matrix.Transposed(y, dty));
    }

    [Theory]
    [InlineData("", "line 1: not a Matrix Market file")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 3 1\n1 1 0.5\n", "line 2: the matrix is 2 × 3; it must be square")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n%c\n2 2 1\n1 3 0.5\n", "line 4: row 1, column 3 is not in a matrix of 2 × 2")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 -0.5\n", "line 3: -0.5 K/W: heat warms")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 0.5", "line 4: the file ends early")]
    [InlineData("%%MatrixMarket matrix array real general\n1 1\nx\n", "line 3: 'x' is not a number")]
    public void Parse_says_what_is_wrong_and_where(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => RecirculationMatrix.ParseMatrixMarket(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_reads_dense_matrices_by_column()
    {
        var matrix = RecirculationMatrix.ParseMatrixMarket("%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n");

        Assert.Equal([1, 3, 2, 4], [matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1]]);
    }

    private static RecirculationMatrix Matrix() => RecirculationMatrix.ParseMatrixMarket(File.ReadAllText(SharedData.Find("energy/heat_recirculation_D_40x40.mtx")));

    private static double Hottest(RecirculationMatrix matrix, double[] heat)
    {
        var rises = new double[matrix.Places];
        matrix.Rises(heat, rises);
        return rises.Max();
    }

    private static double Cooling(RecirculationMatrix matrix, double[] heat) => CracUnit.Watts(heat.Sum(), Limit - Hottest(matrix, heat)) / 1000;

    private static double[] Greedy(RecirculationMatrix matrix, int busy)
    {
        var heat = new double[matrix.Places];
        Array.Fill(heat, Idle);
        for (var placed = 0; placed < busy; placed++)
        {
            var best = Enumerable.Range(0, heat.Length).Where(i => heat[i] == Idle).MinBy(i => HottestWith(i));
            heat[best] = Busy;
        }

        return heat;

        double HottestWith(int place)
        {
            heat[place] = Busy;
            var hottest = Hottest(matrix, heat);
            heat[place] = Idle;
            return hottest;
        }
    }

    private static double[] Random(int busy, int seed)
    {
        var places = Enumerable.Range(0, 40).ToArray();
        new Random(seed).Shuffle(places);
        var heat = new double[40];
        Array.Fill(heat, Idle);
        foreach (var place in places.Take(busy))
        {
            heat[place] = Busy;
        }

        return heat;
    }

    private static double[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble())];

    private static double Dot(double[] a, double[] b) => a.Zip(b, static (x, y) => x * y).Sum();
}
