using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Datahall.Gateway.Balancing;

/// <summary>A replica as one gateway sees it: what it sent there, and what came back.</summary>
/// <remarks>
/// Belongs to one <see cref="Balancer"/>. Thread-safe; no member allocates. Times are in nanoseconds of a clock that never goes back, from any origin.
/// </remarks>
public class Destination
{
    private const double LeastRamp = 0.1;
    private const double FailureStep = 0.1; // Ten failures in a row leave a third of the trust, thirty a twentieth.
    private const double LeastTrust = 0.01;
    private const double Nanoseconds = 1e9;

    private readonly Lock gate = new();
    private readonly BalancingOptions options;
    private Activity activity;
    private double trust = 1;
    private long judged;
    private long readySince;
    private volatile bool isReady = true;

    /// <summary>A destination that is ready and needs no slow start.</summary>
    /// <param name="name">Its name, the same at every gateway: hashing goes by it.</param>
    /// <param name="weight">Its share relative to others, finite and above 0.</param>
    /// <param name="options">What is assumed; null for the defaults.</param>
    /// <exception cref="ArgumentException">The weight is not finite or not above 0.</exception>
    public Destination(string name, double weight = 1, BalancingOptions? options = null)
    {
        if (!double.IsFinite(weight) || weight <= 0)
        {
            throw new ArgumentException($"destination '{name}': weight is {weight}; it must be a number above 0", nameof(weight));
        }

        (Name, Weight, this.options) = (name, weight, options ?? new());
        Hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan()));
        readySince = long.MinValue;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The name's hash.</summary>
    public ulong Hash { get; }

    /// <summary>The whole share.</summary>
    public double Weight { get; }

    /// <summary>How many requests of this gateway are there now.</summary>
    public int InFlight => Volatile.Read(ref activity.InFlight);

    /// <summary>Whether it may be picked.</summary>
    public bool IsReady => isReady;

    /// <summary>The moving average of latencies, in seconds; 0: nothing is known yet.</summary>
    public double Latency => Volatile.Read(ref activity.Latency);

    /// <summary>Smooth weighted round robin's credit; guarded by that policy's lock.</summary>
    internal double Credit { get; set; }

    /// <summary>It may be picked from now on; slow start begins when it could not be before.</summary>
    /// <param name="now">The time.</param>
    public void MarkReady(long now)
    {
        if (!isReady)
        {
            Volatile.Write(ref readySince, now);
            isReady = true;
        }
    }

    /// <summary>It may not be picked until it is ready again.</summary>
    public void MarkUnready() => isReady = false;

    /// <summary>The share it has now: under slow start it grows from a tenth to the whole, in a line.</summary>
    /// <param name="now">The time.</param>
    public double WeightAt(long now)
    {
        var since = Volatile.Read(ref readySince);
        if (since == long.MinValue || options.SlowStartSeconds <= 0)
        {
            return Weight;
        }

        var ramp = (now - since) / (options.SlowStartSeconds * Nanoseconds);
        return Weight * Math.Clamp(ramp, LeastRamp, 1);
    }

    /// <summary>
    /// What an answer is expected to cost, in seconds: the average latency over the trust. The longer no answer came, the nearer both move to what is
    /// usual, so that a bad memory does not keep a destination from ever being tried again.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="usual">The latency to assume when nothing is known: the mean of all destinations, in seconds.</param>
    public double CostAt(long now, double usual)
    {
        var known = Volatile.Read(ref activity.Latency);
        var expected = known > 0 ? usual + ((known - usual) * Memory(now, Volatile.Read(ref activity.Sampled))) : usual;
        return expected / Math.Max(TrustAt(now), LeastTrust);
    }

    /// <summary>What each request changes.</summary>
    internal ref Activity Activity => ref activity;

    /// <summary>The moving share of answers that were no failures, 0 to 1, nearing 1 the longer none came.</summary>
    internal double TrustAt(long now) => 1 - ((1 - Volatile.Read(ref trust)) * Memory(now, Volatile.Read(ref judged)));

    internal void OnStart() => Interlocked.Increment(ref activity.InFlight);

    /// <summary>The first byte of an answer came.</summary>
    /// <param name="latency">How long after the request was sent.</param>
    /// <param name="now">The time.</param>
    public void OnFirstByte(TimeSpan latency, long now)
    {
        if (options.Signal is LatencySignal.FirstByte)
        {
            Sample(latency.TotalSeconds, now);
        }
    }

    /// <summary>A request ended; called once for each <see cref="Balancer.OnStart"/>.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="latency">How long after it was sent.</param>
    /// <param name="now">The time.</param>
    public void OnEnd(Outcome outcome, TimeSpan latency, long now)
    {
        var seconds = latency.TotalSeconds;
        Interlocked.Decrement(ref activity.InFlight);
        if (outcome is Outcome.Cancelled)
        {
            return;
        }

        // A failure is often quick. It must never make a destination look fast.
        var slow = outcome is Outcome.Failure && seconds > Latency;
        if (slow || (outcome is Outcome.Success && options.Signal is LatencySignal.LastByte))
        {
            Sample(seconds, now);
        }

        Judge(outcome, now);
    }

    // The weight of a sample goes with the time it stands for, so that a burst of answers counts as one time, not as many. One that meets another at
    // the same moment would weigh nothing: it is left out rather than waited for.
    private void Sample(double seconds, long now)
    {
        if (Interlocked.CompareExchange(ref activity.IsSampling, 1, 0) != 0)
        {
            return;
        }

        var (latency, sampled) = (activity.Latency, activity.Sampled);
        var share = latency > 0 ? 1 - Math.Exp(-Math.Max(now - sampled, 0) / (options.EwmaSeconds * Nanoseconds)) : 1;
        Volatile.Write(ref activity.Latency, Math.Max(latency + ((seconds - latency) * share), double.Epsilon));
        Volatile.Write(ref activity.Sampled, Math.Max(now, sampled));
        Volatile.Write(ref activity.IsSampling, 0);
    }

    private void Judge(Outcome outcome, long now)
    {
        if (outcome is Outcome.Success && Volatile.Read(ref trust) >= 1)
        {
            return;
        }

        lock (gate)
        {
            var present = TrustAt(now);
            var next = present + (((outcome is Outcome.Success ? 1 : 0) - present) * FailureStep);
            Volatile.Write(ref trust, next > 0.999 ? 1 : next);
            Volatile.Write(ref judged, Math.Max(now, judged));
        }
    }

    // A hyperbola, not an exponential: no transcendental function for each destination of each pick.
    private double Memory(long now, long since)
    {
        var forget = options.ForgetSeconds * Nanoseconds;
        return forget / (forget + Math.Max(now - since, 0));
    }
}
