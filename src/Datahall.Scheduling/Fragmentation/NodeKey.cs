namespace Datahall.Scheduling.Fragmentation;

/// <summary>The state of a node with at most eight devices of one model, whatever their order: model, processors and what is free of each device.</summary>
internal readonly record struct NodeKey(ulong High, ulong Low)
{
    private const int MostDevices = 8;
    private const int BitsPerDevice = 10; // 0 to 1000

    /// <summary>Makes the key; false when the node is larger than a key can say.</summary>
    public static bool TryMake(int model, long cpuFree, ReadOnlySpan<int> free, out NodeKey key)
    {
        key = default;
        if (model >= 1 << 12 || cpuFree >= 1L << 32)
        {
            return false;
        }

        Span<int> sorted = stackalloc int[MostDevices];
        var count = 0;
        foreach (var milli in free)
        {
            if (milli <= 0)
            {
                continue; // A full device is as none.
            }

            if (count == MostDevices || milli > 1000)
            {
                return false;
            }

            var place = count++;
            for (; place > 0 && sorted[place - 1] < milli; place--)
            {
                sorted[place] = sorted[place - 1];
            }

            sorted[place] = milli;
        }

        var low = 0UL;
        for (var i = 0; i < 6; i++)
        {
            low |= (ulong)(uint)sorted[i] << (i * BitsPerDevice);
        }

        var high = (uint)sorted[6] | ((ulong)(uint)sorted[7] << BitsPerDevice) | ((ulong)(uint)model << 20) | ((ulong)cpuFree << 32);
        key = new(high, low);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(NodeKey other) => High == other.High && Low == other.Low;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)(((High * 0x9E3779B97F4A7C15UL) ^ (Low * 0xC2B2AE3D27D4EB4FUL)) >> 32);
}
