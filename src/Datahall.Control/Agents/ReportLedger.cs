namespace Datahall.Control.Agents;

/// <summary>Knows which of an agent's reports said what, so that a report repeats only what is not acknowledged.</summary>
internal sealed class ReportLedger
{
    // The first report of each version still unacknowledged: those after it, up to the next entry, said the same version.
    private readonly List<(long Sequence, long Version)> _sent = [];
    private long version = 1;
    private long acknowledged;

    public void Changed() => version++;

    /// <summary>Notes that a report leaves; true when it must say everything.</summary>
    public bool Send(long sequence)
    {
        if (version == acknowledged)
        {
            return false;
        }

        if (_sent is not [.., (_, var last)] || last != version)
        {
            _sent.Add((sequence, version));
        }

        return true;
    }

    public void Acknowledge(long sequence)
    {
        var index = _sent.FindLastIndex(sent => sent.Sequence <= sequence);
        if (index >= 0)
        {
            acknowledged = Math.Max(acknowledged, _sent[index].Version);
            _sent.RemoveRange(0, index); // The entry itself stays: later reports of its version may still be answered.
        }
    }
}
