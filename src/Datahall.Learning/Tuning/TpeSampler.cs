namespace Datahall.Learning.Tuning;

/// <summary>Chooses the next trial by tree-structured Parzen estimators.</summary>
/// <remarks>
/// Bergstra, Bardenet, Bengio and Kégl, "Algorithms for Hyper-Parameter Optimization", NeurIPS 2011, section 4: the trials are split into the good ones (a
/// quarter) and the rest; each dimension has a density of either; of some draws from the good one the draw with the largest ratio of both is taken.
/// </remarks>
internal static class TpeSampler
{
    private const double Good = 0.25;
    private const int Draws = 24;
    private const int RandomFirst = 5;

    /// <summary>A place in each dimension, from 0 to 1.</summary>
    /// <param name="dimensions">The dimensions.</param>
    /// <param name="trials">What was tried: places, and a score of which more is better.</param>
    /// <param name="random">The source of chance.</param>
    public static double[] Next(IReadOnlyList<Dimension> dimensions, IReadOnlyList<(double[] Places, double Score)> trials, Random random)
    {
        if (trials.Count < RandomFirst)
        {
            return [.. dimensions.Select(_ => random.NextDouble())];
        }

        var ordered = trials.OrderByDescending(static trial => trial.Score).ToList();
        var good = Math.Max(1, (int)Math.Ceiling(Good * ordered.Count));
        return [.. dimensions.Select((dimension, i) => Choose(dimension, [.. ordered.Take(good).Select(trial => trial.Places[i])], [.. ordered.Skip(good).Select(trial => trial.Places[i])], random))];
    }

    private static double Choose(Dimension dimension, double[] good, double[] rest, Random random) =>
        dimension.Choices > 0 ? ChooseValue(dimension.Choices, good, rest, random) : ChoosePlace(good, rest, random);

    private static double ChoosePlace(double[] good, double[] rest, Random random)
    {
        var (wide, others) = (Width(good.Length), Width(rest.Length));
        var (best, ratio) = (0.5, double.NegativeInfinity);
        for (var i = 0; i < Draws; i++)
        {
            // The prior counts as one trial: places that were never tried stay possible.
            var at = random.Next(good.Length + 1);
            var draw = at == good.Length ? random.NextDouble() : Reflect(good[at] + (wide * Normal(random)));
            var own = Math.Log(Density(draw, good, wide) / Density(draw, rest, others));
            if (own > ratio)
            {
                (best, ratio) = (draw, own);
            }
        }

        return best;
    }

    private static double ChooseValue(int choices, double[] good, double[] rest, Random random)
    {
        var (ofGood, ofRest) = (Shares(choices, good), Shares(choices, rest));
        var (best, ratio) = (0, double.NegativeInfinity);
        for (var i = 0; i < Draws; i++)
        {
            var (draw, left) = (0, random.NextDouble());
            while (draw < choices - 1 && (left -= ofGood[draw]) > 0)
            {
                draw++;
            }

            if (ofGood[draw] / ofRest[draw] > ratio)
            {
                (best, ratio) = (draw, ofGood[draw] / ofRest[draw]);
            }
        }

        return (best + 0.5) / choices;
    }

    private static double[] Shares(int choices, double[] places)
    {
        var shares = Enumerable.Repeat(1.0, choices).ToArray();
        foreach (var place in places)
        {
            shares[Math.Min(choices - 1, (int)(place * choices))]++;
        }

        return [.. shares.Select(share => share / (choices + places.Length))];
    }

    // A mean of bells over [0, 1], folded back at the ends, and of the even density that is the prior.
    private static double Density(double at, double[] places, double width)
    {
        var sum = 1.0;
        foreach (var place in places)
        {
            sum += Bell(at - place, width) + Bell(at + place, width) + Bell(at + place - 2, width);
        }

        return sum / (places.Length + 1);
    }

    // Scott's rule for one dimension, with the deviation of the even density.
    private static double Width(int count) => Math.Max(0.03, 0.29 * Math.Pow(Math.Max(1, count), -0.2));

    private static double Bell(double distance, double width) => Math.Exp(-0.5 * (distance / width) * (distance / width)) / (width * Math.Sqrt(2 * Math.PI));

    private static double Reflect(double place)
    {
        place = Math.Abs(place) % 2;
        return place > 1 ? 2 - place : place;
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
