namespace Datahall.Twin.Traces.Jobs;

/// <summary>Starts waiting jobs in order; who runs is never disturbed.</summary>
/// <param name="blocked">What happens behind a job that does not fit.</param>
internal sealed class StartPass(Blocked blocked) : IPass
{
    private readonly List<WaitingRoom.Line> open = [];

    public Placing Placing => Placing.AtEveryEvent;

    public void Run(Hall hall)
    {
        open.Clear();
        open.AddRange(hall.Room.Lines);
        while (hall.Pool.Free > 0 && First(hall) is { } line)
        {
            if (hall.Pool.Find(line.Gpus, NodeFit.Tightest) is { } holdings)
            {
                hall.Start(line.Jobs.Min!, holdings);
            }
            else if (blocked is Blocked.Waits)
            {
                return;
            }
            else
            {
                open.RemoveAll(l => l.Gpus == line.Gpus);
            }
        }
    }

    private WaitingRoom.Line? First(Hall hall)
    {
        WaitingRoom.Line? first = null;
        var (least, index) = (0.0, 0);
        foreach (var line in open)
        {
            if (line.Jobs.Min is { } head)
            {
                var key = hall.Key(line);
                if (first is null || key < least || (key == least && head.Job.Index < index))
                {
                    (first, least, index) = (line, key, head.Job.Index);
                }
            }
        }

        return first;
    }
}

/// <summary>What happens behind a job that does not fit.</summary>
internal enum Blocked
{
    /// <summary>Everybody behind it waits.</summary>
    Waits,

    /// <summary>Those that fit pass it.</summary>
    IsPassed,
}
