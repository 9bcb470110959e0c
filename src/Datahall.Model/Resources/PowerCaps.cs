namespace Datahall.Model;

/// <summary>Between which limits the devices of a node can be held together.</summary>
/// <param name="Least">The sum of the lowest limits that the devices take.</param>
/// <param name="Most">The sum of the highest: what they may draw without a cap.</param>
public sealed record CapRange(Watts Least, Watts Most)
{
    /// <summary>For readers, which fill it.</summary>
    public CapRange()
        : this(default, default)
    {
    }
}

/// <summary>A cap that the guard of a site set.</summary>
/// <param name="Watts">What the node's devices may draw together.</param>
/// <param name="Why">Why, in a sentence for people.</param>
public sealed record AutomaticCap(Watts Watts, string Why)
{
    /// <summary>For readers, which fill it.</summary>
    public AutomaticCap()
        : this(default, "")
    {
    }
}

/// <summary>What an agent says of its node's power cap.</summary>
/// <param name="Wanted">What it was ordered; null: no cap.</param>
/// <param name="InForce">The sum of the limits that the devices have now, as read back from them; null: they are not held, or it cannot be read.</param>
/// <param name="Message">Why it is not as wanted; null when it is.</param>
public sealed record PowerCapStatus(Watts? Wanted, Watts? InForce, string? Message)
{
    /// <summary>There is no cap.</summary>
    public PowerCapStatus()
        : this(null, null, null)
    {
    }
}
