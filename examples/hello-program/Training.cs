using System.Globalization;

namespace HelloProgram;

/// <summary>Linear regression by gradient descent on data that is spread over the ranks: data-parallel training in small.</summary>
internal static class Training
{
    private const int Samples = 20_000;
    private const double LearningRate = 0.2;
    private const double Noise = 0.1;

    private static readonly double[] Truth = [1.5, -2.0, 0.75, 3.0, -0.5, 2.25, -1.25, 0.1];

    /// <summary>Trains; every rank sees its own samples, and all take the same steps.</summary>
    public static async Task<int> RunAsync(Gang gang, int epochs, CancellationToken cancellationToken)
    {
        Console.WriteLine($"rank {gang.Rank} of {gang.Size} meets the others at {gang.MasterAddress}:{gang.MasterPort}");
        using var all = await AllReduce.MeetAsync(gang, cancellationToken);
        var (inputs, targets) = MakeShard(gang.Rank);
        var weights = new double[Truth.Length];
        var message = new double[Truth.Length + 1]; // the gradient, then the loss
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            Gradient(inputs, targets, weights, message);
            await all.SumAsync(message, cancellationToken);
            var count = (double)Samples * gang.Size;
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i] -= LearningRate * message[i] / count;
            }

            if (gang.Rank == 0 && (epoch % Math.Max(1, epochs / 10) == 0 || epoch == 1))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch,4}  loss {message[^1] / count:0.000000}"));
            }
        }

        if (gang.Rank == 0)
        {
            Console.WriteLine($"weights  {Text(weights)}");
            Console.WriteLine($"truth    {Text(Truth)}");
        }

        return 0;
    }

    private static (double[] Inputs, double[] Targets) MakeShard(int rank)
    {
        var random = new Random(1_000 + rank);
        var inputs = new double[Samples * Truth.Length];
        var targets = new double[Samples];
        for (var sample = 0; sample < Samples; sample++)
        {
            targets[sample] = Noise * ((2 * random.NextDouble()) - 1);
            for (var i = 0; i < Truth.Length; i++)
            {
                var x = (2 * random.NextDouble()) - 1;
                inputs[(sample * Truth.Length) + i] = x;
                targets[sample] += x * Truth[i];
            }
        }

        return (inputs, targets);
    }

    /// <summary>Half the squared error's gradient over the shard, and the squared error, as sums.</summary>
    private static void Gradient(double[] inputs, double[] targets, double[] weights, double[] sums)
    {
        Array.Clear(sums);
        for (var sample = 0; sample < targets.Length; sample++)
        {
            var row = inputs.AsSpan(sample * weights.Length, weights.Length);
            var error = -targets[sample];
            for (var i = 0; i < row.Length; i++)
            {
                error += row[i] * weights[i];
            }

            for (var i = 0; i < row.Length; i++)
            {
                sums[i] += error * row[i];
            }

            sums[^1] += error * error;
        }
    }

    private static string Text(double[] values) =>
        string.Join("  ", values.Select(static value => value.ToString("0.000", CultureInfo.InvariantCulture).PadLeft(6)));
}
