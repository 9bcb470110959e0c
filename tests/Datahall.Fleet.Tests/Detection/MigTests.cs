using Datahall.Fleet.Detection;
using Datahall.Model;

namespace Datahall.Fleet.Tests.Detection;

public sealed class MigTests
{
    private const string Table = """
        0, NVIDIA A100-SXM4-80GB, 81920, GPU-aa, [N/A], 5, 40, 90.1
        1, NVIDIA A100-SXM4-80GB, 81920, GPU-bb, 50, 1000, 41, 200.5
        2, NVIDIA A100-SXM4-80GB, 81920, GPU-cc, [N/A], 5, 39, 80.1
        """;

    private const string Listing = """
        GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-aa)
          MIG 3g.40gb     Device  0: (UUID: MIG-3a)
          MIG 1g.10gb     Device  1: (UUID: MIG-1a)
          MIG 1g.10gb+me  Device  2: (UUID: MIG-GPU-aa/9/0)
        GPU 1: NVIDIA A100-SXM4-80GB (UUID: GPU-bb)
        GPU 2: NVIDIA A100-SXM4-80GB (UUID: GPU-cc)
        """;

    private const string Modes = """
        GPU-aa, Enabled
        GPU-bb, Disabled
        GPU-cc, Enabled
        """;

    [Fact]
    public async Task DetectAsync_offers_instances_in_place_of_their_gpu()
    {
        using var directory = new TemporaryDirectory();

        var devices = await NvidiaSmi.DetectAsync(TestContext.Current.CancellationToken, Program(directory, Modes));

        Assert.Equal(
            [
                new Device { Model = "A100", Memory = new(40_000_000_000), MigProfile = "3g.40gb", Uuid = "MIG-3a" },
                new Device { Model = "A100", Memory = new(10_000_000_000), MigProfile = "1g.10gb", Uuid = "MIG-1a" },
                new Device { Model = "A100", Memory = new(10_000_000_000), MigProfile = "1g.10gb+me", Uuid = "MIG-GPU-aa/9/0" },
                new Device { Model = "A100", Memory = new(81920L << 20), Uuid = "GPU-bb" },
            ],
            devices);
    }

    [Fact]
    public async Task DetectAsync_finds_instances_also_when_the_driver_does_not_say_the_mode()
    {
        using var directory = new TemporaryDirectory();

        var devices = await NvidiaSmi.DetectAsync(TestContext.Current.CancellationToken, Program(directory, "Field \"mig.mode.current\" is not a valid field to query."));

        Assert.Equal(["MIG-3a", "MIG-1a", "MIG-GPU-aa/9/0", "GPU-bb", "GPU-cc"], devices.Select(device => device.Uuid));
    }

    [Fact]
    public void ReadingsOf_has_the_indexes_of_the_devices()
    {
        var gpus = NvidiaSmi.Parse(Table);

        var divided = NvidiaSmi.ReadingsOf(gpus, NvidiaSmi.DevicesOf(gpus, MigInstance.Parse(Listing), Modes));
        var given = NvidiaSmi.ReadingsOf(gpus, [new() { Model = "A100" }]);

        Assert.Equal((3, 0.5), (Assert.Single(divided).Index, divided[0].Utilization));
        Assert.Equal([0, 1, 2], given.Select(reading => reading.Index));
    }

    [Theory]
    [InlineData("NVIDIA A100-SXM4-80GB", "A100")]
    [InlineData("NVIDIA A100-PCIE-40GB", "A100")]
    [InlineData("NVIDIA A100 80GB PCIe", "A100")]
    [InlineData("Tesla V100-SXM2-32GB", "V100")]
    [InlineData("Tesla T4", "T4")]
    [InlineData("NVIDIA H200", "H200")]
    public void Parse_names_the_model_as_manifests_do(string name, string model) =>
        Assert.Equal(model, Assert.Single(NvidiaSmi.Parse($"0, {name}, 81920, GPU-aa, 0, 0, 40, 90\n")).Device.Model);

    private static string Program(TemporaryDirectory directory, string modes)
    {
        var program = directory.File("nvidia-smi");
        File.WriteAllText(
            program,
            $"#!/bin/sh\ncase \"$1\" in\n-L) cat <<'END'\n{Listing}\nEND\n;;\n--query-gpu=uuid,*) cat <<'END'\n{modes}\nEND\n;;\n--query-gpu=index,*) cat <<'END'\n{Table}\nEND\n;;\nesac\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return program;
    }
}
