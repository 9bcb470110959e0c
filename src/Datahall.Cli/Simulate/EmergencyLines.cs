using System.Globalization;
using Datahall.Twin.Energy;

namespace Datahall.Cli.Simulate;

/// <summary>The lines of a report about lost cooling; none when no policy answers to it.</summary>
internal static class EmergencyLines
{
    public static IEnumerable<ScenarioLine> Of(ScenarioReport report) => report.Runs.All(static run => run.Emergency is null) ? [] :
    [
        new("emergency: caps, h", static run => Stage(run.Emergency?.Caps)),
        new("  work stopped, h", static run => Stage(run.Emergency?.Stopped)),
        new("  servers shut down, h", static run => Stage(run.Emergency?.ShutDown)),
        new("  at the most", static run => run.Emergency is { } emergency ? emergency.MostOff.ToString(CultureInfo.InvariantCulture) : "-"),
        new("  work lost, %", static run => run.Emergency is { } emergency ? (emergency.WorkLostShare * 100).ToString("0.00", CultureInfo.InvariantCulture) : "-"),
    ];

    private static string Stage(EmergencyStage? stage) => stage is { FromSeconds: { } from, ToSeconds: { } to }
        ? string.Create(CultureInfo.InvariantCulture, $"{from / 3600:0.00} to {to / 3600:0.00}")
        : "-";
}
