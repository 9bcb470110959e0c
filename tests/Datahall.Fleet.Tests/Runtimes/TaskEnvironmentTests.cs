using Datahall.Fleet.Runtimes;
using Datahall.Model;

namespace Datahall.Fleet.Tests.Runtimes;

public sealed class TaskEnvironmentTests
{
    private static readonly Device Whole = new() { Model = "A100", Uuid = "GPU-1" };
    private static readonly Device Part = new() { Model = "A100", Uuid = "MIG-2", MigProfile = "1g.10gb" };

    public static TheoryData<Device[], int[], string?, string?> Nodes => new()
    {
        { [Whole, Whole], [1, 0], "1,0", "1,0" },
        { [Part, Whole], [0], "MIG-2", "MIG-2" },
        { [Part, Whole], [0, 1], "MIG-2,GPU-1", "MIG-2,GPU-1" },
        { [Part, Whole], [], "", "void" },
        { [], [], null, null },
        { [Part], [3], "3", "3" }, // A device that is not there any more.
    };

    [Theory]
    [MemberData(nameof(Nodes))]
    public void Make_names_devices_as_cuda_does(Device[] devices, int[] given, string? cuda, string? nvidia)
    {
        var env = TaskEnvironment.Make(RuntimeBench.Shell("") with { Devices = given }, devices, static _ => null, null);

        Assert.Equal((cuda, nvidia), (env.GetValueOrDefault("CUDA_VISIBLE_DEVICES"), env.GetValueOrDefault("NVIDIA_VISIBLE_DEVICES")));
    }
}
