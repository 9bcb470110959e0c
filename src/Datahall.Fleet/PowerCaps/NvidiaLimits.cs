using System.Globalization;
using Datahall.Fleet.Detection;

namespace Datahall.Fleet.PowerCaps;

/// <summary>The GPUs whose power <c>nvidia-smi</c> can limit. Setting a limit needs root.</summary>
internal static class NvidiaLimits
{
    /// <summary>Those that say their limits; a GPU that answers <c>[N/A]</c> cannot be limited.</summary>
    /// <param name="program">The program.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<CapDevice>> FindAsync(string program, CancellationToken cancellationToken) => [.. (await NvidiaSmi.AskAsync(
            program, ["--query-gpu=index,uuid,power.min_limit,power.max_limit,power.limit", "--format=csv,noheader,nounits"], cancellationToken))
        .Split('\n').Select(line => Read(program, line)).OfType<CapDevice>()];

    private static CapDevice? Read(string program, string line) =>
        line.Split(',', StringSplitOptions.TrimEntries) is [var index, var uuid, var least, var most, var limit]
        && int.TryParse(index, CultureInfo.InvariantCulture, out var number) && Watts(least) is { } low && Watts(most) is { } high && Watts(limit) is { } now && low <= high
            ? new(uuid, low, high, now, (watts, cancellationToken) => SetAsync(program, number, watts, cancellationToken))
            : null;

    // Whole watts, down: never more than was asked for. The limits themselves may have a fraction.
    private static async Task<string?> SetAsync(string program, int gpu, double watts, CancellationToken cancellationToken)
    {
        var said = await NvidiaSmi.AskAsync(program, ["-i", gpu.ToString(CultureInfo.InvariantCulture), "-pl", watts.ToString("0.##", CultureInfo.InvariantCulture)], cancellationToken);
        var last = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
        return $"nvidia-smi said: {last ?? "nothing"}";
    }

    private static double? Watts(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var watts) && watts is > 0 and < 100_000 ? watts : null;
}
