using System.Globalization;
using Datahall.Model;

namespace Datahall.Energy.Attribution;

/// <summary>What an accelerator draws idle and at most, by its model.</summary>
/// <remarks>
/// The most is the maker's board power (NVIDIA's data sheets). Idle figures are engineering defaults of about a tenth of it; the A100's is ExaDigiT RAPS'. They
/// count only where the device itself does not say, and bound what it may say.
/// </remarks>
public static class DeviceFigures
{
    private const int WholeSlices = 7;

    // The first whose name is in the model's counts: longer names stand before shorter ones.
    private static readonly (string Name, double Idle, double Max)[] Known =
    [
        ("B200", 100, 1000), ("H200", 75, 700), ("H100", 70, 700), ("H800", 70, 700), ("H20", 60, 400), ("A100", 88, 400), ("A800", 88, 400), ("V100", 40, 300), ("P100", 30, 250),
        ("L40", 35, 350), ("A40", 30, 300), ("A30", 25, 165), ("A10", 20, 150), ("L4", 15, 72), ("T4", 10, 70),
    ];

    /// <summary>Its power idle and at most, in watts; of an unknown model 50 and 400, of a MIG instance the slices' part of seven.</summary>
    public static (double Idle, double Max) Of(Device device)
    {
        var (_, idle, max) = Known.FirstOrDefault(known => device.Model.Contains(known.Name, StringComparison.OrdinalIgnoreCase));
        (idle, max) = max > 0 ? (idle, max) : (50, 400);
        var slices = device.MigProfile is { } profile && int.TryParse(profile.AsSpan(0, Math.Max(0, profile.IndexOf('g', StringComparison.Ordinal))), CultureInfo.InvariantCulture, out var g)
            ? Math.Clamp(g, 1, WholeSlices)
            : WholeSlices;
        return (idle * slices / WholeSlices, max * slices / WholeSlices);
    }
}
