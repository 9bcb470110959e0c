using Datahall.Model;

namespace Datahall.Energy.Tests;

/// <summary>Sites for tests.</summary>
internal static class A
{
    /// <summary>Two rows of racks with GPU servers and some CPU servers, on the ready 1 MW plant.</summary>
    public static SiteSpec Site => new()
    {
        Plant = "hall-1mw",
        Halls =
        [
            new()
            {
                Name = "east",
                Rows =
                [
                    new() { Name = "A", Racks = 5, Servers = [new() { Model = "dgx-h100", Count = 4 }] },
                    new() { Name = "B", Racks = 5, Servers = [new() { Model = "dgx-h100", Count = 2 }, new() { Model = "cpu-2s", Count = 10 }] },
                ],
            },
            new() { Name = "west", Rows = [new() { Name = "C", Racks = 3, Servers = [new() { Model = "gb200-nvl72" }] }] },
        ],
    };

    /// <summary>The 40 chassis of SST's matrix: 1 kW idle, 2.5 kW busy, inlets of at most 25 °C, a CRAC whose fans cost nothing.</summary>
    public static SiteSpec Chassis(string matrixMarket) => new()
    {
        Servers = [new() { Name = "chassis", Idle = new(1000), Max = new(2500), InletMaxCelsius = 25 }],
        Cooling = new() { System = CoolingSystem.DirectExpansion, UnitFlow = 20, UnitFans = new(0) },
        Halls =
        [
            new()
            {
                Name = "hall",
                Rows = [new() { Name = "c", Racks = 40, Servers = [new() { Model = "chassis" }] }],
                Recirculation = new() { KelvinPerKilowatt = Rows(Energy.Air.RecirculationMatrix.ParseMatrixMarket(matrixMarket)) },
            },
        ],
    };

    private static IReadOnlyList<IReadOnlyList<double>> Rows(Energy.Air.RecirculationMatrix matrix) =>
        [.. Enumerable.Range(0, matrix.Places).Select(i => (IReadOnlyList<double>)[.. matrix.Row(i).ToArray().Select(static v => v * 1000)])];
}
