using Datahall.Fleet.Readings;
using Datahall.Model;

namespace Datahall.Fleet.Tests.Readings;

public sealed class XidLogTests
{
    [Fact]
    public void Look_takes_up_what_was_logged_since_it_was_opened()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("kmsg");
        File.WriteAllText(path, "4,1,1,-;NVRM: Xid (PCI:0000:3b:00): 31, pid=1, name=old\n");
        var log = new XidLog(path);

        File.AppendAllText(path, "4,2,2,-;NVRM: Xid (PCI:0000:3b:00): 13, pid=7\n6,3,3,-;eth0: link up\n4,4,4,-;NVRM: Xid (PCI:0000:3b:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.\n4,5,5,-;NVRM: Xid (PCI:0000:86:00): 4");
        log.Look();
        File.AppendAllText(path, "8, pid=9\n");
        log.Look();

        Assert.True(log.IsReadable);
        Assert.Equal((79, 48, 0), (log.LastOf("00000000:3B:00.0"), log.LastOf("00000000:86:00.0"), log.LastOf("00000000:AF:00.0")));
    }

    [Fact]
    public void A_log_that_is_not_there_says_nothing()
    {
        var log = new XidLog("/nowhere/kmsg");

        log.Look();

        Assert.False(log.IsReadable);
    }

    [Fact]
    public async Task CollectAsync_tells_the_last_Xid_of_each_GPU()
    {
        using var directory = new TemporaryDirectory();
        var smi = directory.File("nvidia-smi");
        File.WriteAllText(smi, """
            #!/bin/sh
            case "$1" in
              *bus_id*) echo "GPU-a, 00000000:3B:00.0"; echo "GPU-b, 00000000:86:00.0" ;;
              *) echo "0, NVIDIA H100 80GB HBM3, 81559, GPU-a, 97, 70000, 61, 640.10"; echo "1, NVIDIA H100 80GB HBM3, 81559, GPU-b, 0, 4, 33, 71.20" ;;
            esac
            """);
        File.SetUnixFileMode(smi, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.WriteAllText(directory.File("kmsg"), "");
        IReadOnlyList<Device> devices = [new() { Model = "H100", Uuid = "GPU-b" }, new() { Model = "H100", Uuid = "GPU-a" }];
        var collector = new ReadingsCollector(new(Log: directory.File("kmsg")), "/", devices, TimeProvider.System, smi);

        File.AppendAllText(directory.File("kmsg"), "4,2,2,-;NVRM: Xid (PCI:0000:3b:00): 94, pid=7\n");
        var readings = await collector.CollectAsync("n", [], TestContext.Current.CancellationToken);

        Assert.Equal([(0, 0), (1, 94)], readings.Devices.OrderBy(static device => device.Index).Select(static device => (device.Index, device.LastXid ?? -1)));
    }
}
