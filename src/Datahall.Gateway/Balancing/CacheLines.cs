namespace Datahall.Gateway.Balancing;

/// <summary>What is changed often stands so far from what is only read that no core fetches the one for the other.</summary>
internal static class CacheLines
{
    /// <summary>Bytes: two lines, for neighbours are fetched together.</summary>
    public const int Apart = 128;
}
