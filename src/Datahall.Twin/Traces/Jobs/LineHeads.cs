namespace Datahall.Twin.Traces.Jobs;

/// <summary>Goes through the waiting jobs in order without taking them out; a line can be closed when its first job did not fit.</summary>
internal sealed class LineHeads
{
    private readonly List<IEnumerator<JobRun>> lines = [];
    private int first = -1;

    public LineHeads(WaitingRoom room)
    {
        foreach (var line in room.Lines)
        {
            var jobs = ((IEnumerable<JobRun>)line.Jobs).GetEnumerator();
            if (jobs.MoveNext())
            {
                lines.Add(jobs);
            }
        }

        Choose();
    }

    /// <summary>The first job of those not yet seen, in no closed line; null when there is none.</summary>
    public JobRun? First => first < 0 ? null : lines[first].Current;

    /// <summary>Goes on behind the first.</summary>
    public void Next()
    {
        if (!lines[first].MoveNext())
        {
            lines.RemoveAt(first);
        }

        Choose();
    }

    /// <summary>Leaves out the rest of the first one's line.</summary>
    public void Close()
    {
        lines.RemoveAt(first);
        Choose();
    }

    private void Choose()
    {
        first = lines.Count - 1;
        for (var i = 0; i < lines.Count - 1; i++)
        {
            if (ByKey.Instance.Compare(lines[i].Current, lines[first].Current) < 0)
            {
                first = i;
            }
        }
    }
}
