using Datahall.Model;

namespace Datahall.Cli.Output;

/// <summary>Phases as the API writes them, coloured by what they ask of the reader.</summary>
internal static class Phase
{
    public static Cell Of(NodePhase phase) => new(Word(phase), phase switch
    {
        NodePhase.Ready => Ink.Green,
        NodePhase.Lost => Ink.Red,
        NodePhase.Left => Ink.Faint,
        _ => Ink.Yellow,
    });

    public static Cell Of(JobPhase phase) => new(Word(phase), phase switch
    {
        JobPhase.Running => Ink.Cyan,
        JobPhase.Succeeded => Ink.Green,
        JobPhase.Failed => Ink.Red,
        JobPhase.Cancelled => Ink.Faint,
        _ => Ink.Yellow,
    });

    public static Cell Of(ServicePhase phase) => new(Word(phase), phase switch
    {
        ServicePhase.Healthy => Ink.Green,
        ServicePhase.Degraded or ServicePhase.RollingBack => Ink.Red,
        _ => Ink.Yellow,
    });

    public static Cell Of(TaskPhase phase) => new(Word(phase), phase switch
    {
        TaskPhase.Running => Ink.Cyan,
        TaskPhase.Succeeded => Ink.Green,
        TaskPhase.Failed or TaskPhase.Lost => Ink.Red,
        _ => Ink.Yellow,
    });

    /// <summary>The word of the API: the name with a small first letter.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
