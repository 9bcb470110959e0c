using Datahall.Model.Traffic;

namespace Datahall.Gateway.Observing;

/// <summary>The bucket of a latency without a logarithm.</summary>
internal static class LatencyBuckets
{
    private const int MantissaBits = 52;
    private const int Bias = 1023;

    // The bounds within an octave: 2^(1/4), 2^(2/4), 2^(3/4).
    private static readonly double quarter = Math.Pow(2, 0.25);
    private static readonly double half = Math.Sqrt(2);
    private static readonly double threeQuarters = Math.Pow(2, 0.75);

    /// <summary>As <see cref="LatencyHistogram.IndexOf"/>; on a bound itself it may say one more.</summary>
    public static int IndexOf(double seconds)
    {
        var microseconds = seconds * 1e6;
        if (!(microseconds > 1))
        {
            return 0;
        }

        var bits = BitConverter.DoubleToInt64Bits(microseconds);
        var octave = (int)(bits >> MantissaBits) - Bias;
        var mantissa = BitConverter.Int64BitsToDouble((bits & ((1L << MantissaBits) - 1)) | ((long)Bias << MantissaBits));
        var step = mantissa > threeQuarters ? 4 : mantissa > half ? 3 : mantissa > quarter ? 2 : mantissa > 1 ? 1 : 0;
        return Math.Min((octave * 4) + step, LatencyHistogram.Buckets - 1);
    }
}
