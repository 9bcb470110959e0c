namespace Datahall.Twin.Balancing;

/// <summary>Counts what became of requests.</summary>
internal sealed class BalanceTally(int firstCounted)
{
    private readonly List<double> latencies = [];
    private long failed;
    private long blocks;
    private long cached;

    public void Prompt(int known, int length) => (cached, blocks) = (cached + known, blocks + length);

    public void End(int request, double seconds, bool hasFailed)
    {
        if (request < firstCounted)
        {
            return;
        }

        if (hasFailed)
        {
            failed++;
        }
        else
        {
            latencies.Add(seconds * 1000);
        }
    }

    public BalanceRun Report(string policy, ulong seed)
    {
        latencies.Sort();
        return new(
            policy,
            seed,
            latencies.Count > 0 ? latencies.Average() : 0,
            At(0.5),
            At(0.99),
            failed / (double)Math.Max(failed + latencies.Count, 1),
            cached / (double)Math.Max(blocks, 1));
    }

    private double At(double share) => latencies.Count > 0 ? latencies[Math.Max((int)Math.Ceiling(share * latencies.Count) - 1, 0)] : 0;
}
