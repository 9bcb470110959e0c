namespace Datahall.Model.Catalogue;

/// <summary>Ready server types, so that a site is written in ten lines.</summary>
/// <remarks>
/// For the GPU systems the wall power at full load is the maker's; how it divides into boards, fans and supplies, and what is drawn idle, are engineering
/// defaults. docs/energy/scenarios.md lists each figure with its source. Replace what you have measured.
/// </remarks>
public static class ServerCatalogue
{
    /// <summary>The types, by name.</summary>
    public static IReadOnlyList<ServerSpec> All { get; } =
    [
        // NVIDIA's user guide: 10.2 kW, 1105 CFM (0.5215 m³/s) at 80 % fan speed, inlet 5 to 30 °C, 6 supplies of 3.3 kW.
        Gpu("dgx-h100", idle: 1900, max: 9024, fans: 1500, flow: 0.652, supply: 19_800) with { Capacity = Of(224, 2048, 8, "H100") },
        Gpu("dgx-h200", idle: 1900, max: 9024, fans: 1500, flow: 0.652, supply: 19_800) with { Capacity = Of(224, 2048, 8, "H200") },

        // About 14.3 kW and 1550 CFM (0.7315 m³/s), from secondary sources.
        Gpu("dgx-b200", idle: 2600, max: 12_800, fans: 1850, flow: 0.9144, supply: 28_600) with { Capacity = Of(224, 2048, 8, "B200") },

        // 6.5 kW; 8 × A100 of 88 W idle and 400 W busy (ExaDigiT RAPS).
        Gpu("hgx-a100", idle: 1250, max: 5850, fans: 760, flow: 0.42, supply: 13_000) with { Capacity = Of(256, 1024, 8, "A100") },

        // A rack of 120 kW, of which cold plates take 85 %; 1.4 to 6.2 kW a compute tray (NVIDIA DPS, secondary sources).
        Gpu("gb200-nvl72", idle: 30_000, max: 112_500, fans: 3800, flow: 1.5, supply: 198_000) with { LiquidShare = 0.85, InletMaxCelsius = 32, Capacity = Of(2592, 17_280, 72, "GB200") },
        Cpu("cpu-1s", idle: 95, max: 290, fans: 40, flow: 0.032, supply: 800) with { Capacity = Of(64, 256, 0, null) },
        Cpu("cpu-2s", idle: 190, max: 600, fans: 90, flow: 0.066, supply: 1600) with { Capacity = Of(128, 512, 0, null) },
    ];

    /// <summary>The type of a name; null when there is none.</summary>
    public static ServerSpec? Find(string name) => All.FirstOrDefault(server => server.Name == name);

    // Threads, GiB and devices of the usual configuration; of the DGX as in NVIDIA's user guides (2 × 56 cores, 2 TiB).
    private static ServerCapacity Of(int cpus, long gibibytes, int gpus, string? model) =>
        new() { Cpu = new(cpus * 1000L), Memory = new(gibibytes << 30), Gpus = gpus, GpuModel = model };

    private static ServerSpec Gpu(string name, long idle, long max, long fans, double flow, long supply) => new()
    {
        Name = name,
        Idle = new(idle),
        Max = new(max),
        Fans = new() { Max = new(fans), Flow = flow },
        Supply = new() { Rating = new(supply) },
        InletMaxCelsius = 30,
        Sleep = new() { Power = new(max / 90), Down = Duration.FromSeconds(60), Up = Duration.FromSeconds(700) },
    };

    // Fans of 14 % of the wall power at full load: Azure's measured share at 654 W is 14.0 % (GreenSKU data).
    private static ServerSpec Cpu(string name, long idle, long max, long fans, double flow, long supply) => new()
    {
        Name = name,
        Power = PowerCurve.Mse,
        Idle = new(idle),
        Max = new(max),
        Fans = new() { Max = new(fans), Flow = flow, FullLoadSpeed = 0.95 },
        Supply = new() { Rating = new(supply) },
        Sleep = new() { Power = new(12) },
    };
}
