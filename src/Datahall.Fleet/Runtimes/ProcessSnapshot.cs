namespace Datahall.Fleet.Runtimes;

/// <summary>The machine's processes at one look; read only when somebody asks, and once for all attempts.</summary>
internal sealed class ProcessSnapshot(string bootId)
{
    public string BootId { get; } = bootId;

    public ILookup<int, ProcStat> BySession => field ??= ProcessTable.BySession();
}
