using Datahall.Fleet.Detection;

namespace Datahall.Fleet.Tests.Detection;

public sealed class NvidiaSmiTests
{
    private const string Table = """
        0, NVIDIA H100 80GB HBM3, 81559, GPU-11, 97, 70000, 64, 512.34
        1, Tesla V100-SXM2-32GB, 32768, GPU-22, 0, 3, [N/A], [N/A]
        2, NVIDIA GeForce RTX 4090, 24564, GPU-33, 5, 100, 40, 30.5
        """;

    [Fact]
    public void Parse_reads_devices_and_their_readings()
    {
        var gpus = NvidiaSmi.Parse(Table);

        Assert.Equal(3, gpus.Count);
        Assert.Equal(("H100", 81559L << 20, "GPU-11"), (gpus[0].Device.Model, gpus[0].Device.Memory.Value, gpus[0].Device.Uuid));
        Assert.Equal((0.97, 70000L << 20, 64.0, 512.34), (gpus[0].Readings.Utilization, gpus[0].Readings.MemoryUsedBytes, gpus[0].Readings.TemperatureCelsius, gpus[0].Readings.PowerWatts));
        Assert.Equal((null, null), (gpus[1].Readings.TemperatureCelsius, gpus[1].Readings.PowerWatts));
        Assert.Equal("RTX-4090", gpus[2].Device.Model);
    }

    [Fact]
    public void Parse_of_rubbish_is_empty() => Assert.Empty(NvidiaSmi.Parse("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n"));

    [Fact]
    public async Task QueryAsync_asks_the_program()
    {
        using var directory = new TemporaryDirectory();
        var program = directory.File("nvidia-smi");
        File.WriteAllText(program, $"#!/bin/sh\ncase \"$1\" in --query-gpu=index,name,*) cat <<'END'\n{Table}\nEND\nesac\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var gpus = await NvidiaSmi.QueryAsync(TestContext.Current.CancellationToken, program);

        Assert.Equal([0, 1, 2], gpus.Select(gpu => gpu.Index));
    }

    [Fact]
    public async Task QueryAsync_without_the_program_finds_none() =>
        Assert.Empty(await NvidiaSmi.QueryAsync(TestContext.Current.CancellationToken, "/no/such/nvidia-smi"));
}
