namespace Datahall.Learning.Training;

/// <summary>Where a run stands: enough, with weights, optimiser and generator, to go on to the bit.</summary>
internal sealed record TrainingPosition
{
    /// <summary>Steps made.</summary>
    public long Step { get; init; }

    /// <summary>The epoch under way, from 0.</summary>
    public int Epoch { get; init; }

    /// <summary>Batches of the epoch that were used up.</summary>
    public int Batch { get; init; }

    /// <summary>How many dropout masks were drawn.</summary>
    public long DropoutMasks { get; init; }

    /// <summary>The best score so far; null: none yet.</summary>
    public double? BestScore { get; init; }

    /// <summary>Evaluations since then.</summary>
    public int WithoutBetter { get; init; }

    /// <summary>Threads it runs with: another number adds in another order.</summary>
    public int Threads { get; init; }

    /// <summary>A checksum of settings and data: a run goes on only as what it was.</summary>
    public string Fingerprint { get; init; } = "";
}
