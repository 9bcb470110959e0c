using Datahall.Energy.Curves;

namespace Datahall.Energy.Conversion;

/// <summary>The loss of a UPS, transformer, PDU or busway: rating · (a + b·x + c·x²), x the load over the rating.</summary>
/// <remarks>The constant part is there without load, the linear part is that of diodes and switches, the quadratic part that of wires (textbook).</remarks>
public sealed class FeedLoss
{
    private readonly double constant;
    private readonly double linear;
    private readonly double quadratic;

    /// <summary>Makes a loss.</summary>
    /// <param name="ratingWatts">The rating, in watts, above 0.</param>
    /// <param name="constant">a: the loss without load, as a share of the rating.</param>
    /// <param name="linear">b: the loss that grows with the load.</param>
    /// <param name="quadratic">c: the loss that grows with its square.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is negative or not finite.</exception>
    public FeedLoss(double ratingWatts, double constant, double linear, double quadratic)
    {
        RatingWatts = Require.Positive(ratingWatts);
        (this.constant, this.linear, this.quadratic) = (Require.NotNegative(constant), Require.NotNegative(linear), Require.NotNegative(quadratic));
    }

    /// <summary>The rating, in watts.</summary>
    public double RatingWatts { get; }

    /// <summary>A double-conversion UPS: 1.0, 1.5 and 1.0 %; 96.6 % efficient at full load, 96.2 % at half. An engineering default: replace it by the maker's curve.</summary>
    public static FeedLoss DoubleConversionUps(double ratingWatts) => new(ratingWatts, 0.01, 0.015, 0.01);

    /// <summary>What is lost, in watts.</summary>
    /// <param name="loadWatts">The load, in watts.</param>
    /// <param name="share">The share of alike units that are in order, from 0 to 1: the others neither carry nor lose.</param>
    public double Watts(double loadWatts, double share = 1)
    {
        if (share <= 0)
        {
            return 0;
        }

        var rating = RatingWatts * share;
        var x = loadWatts / rating;
        return rating * (constant + (x * (linear + (quadratic * x))));
    }

    /// <summary>How much of one more watt of load is lost, in W/W.</summary>
    /// <param name="loadWatts">The load, in watts.</param>
    /// <param name="share">The share of alike units that are in order, from 0 to 1.</param>
    public double Slope(double loadWatts, double share = 1) => share > 0 ? linear + (2 * quadratic * loadWatts / (RatingWatts * share)) : 0;
}
