using System.IO.Compression;
using Datahall.Twin.Traces;
using Datahall.Twin.Traces.Vms;

namespace Datahall.Twin.Tests.Traces.Vms;

public sealed class VmReplayTests
{
    private static readonly VmReplayOptions CloudSim = new(800, 0, CountsMemory: false, new());

    [Fact]
    public void PlanetLab_all_on_is_exact_staying_is_within_1_percent_and_gathering_beats_the_best_published_run()
    {
        var trace = VmTrace.Read(SharedData.Find("energy/planetlab/planetlab_20110303.csv.gz"));

        var (on, stay, gather) = (VmReplay.Run(trace, VmPolicy.AllOn, CloudSim), VmReplay.Run(trace, VmPolicy.Stay, CloudSim), VmReplay.Run(trace, VmPolicy.Consolidate, CloudSim));

        Assert.Equal(2410.80, on.Joules / 3.6e6, 0.005);
        Assert.Equal(802.75, stay.Joules / 3.6e6, 8.0275);
        Assert.InRange(gather.Joules / 3.6e6, 100, 140); // 163.48 with 27859 moves is CloudSim's best; 96 is all work on full G5 hosts.
        Assert.InRange(gather.Moves, 500, 2500);
        Assert.InRange(gather.OverloadShare, 0, 0.0586);
        Assert.InRange(gather.MoveLossShare, 0, 0.0008);
    }

    [Fact]
    public void PlanetLab_with_hosts_that_boot_for_260_s_loses_little()
    {
        var trace = VmTrace.Read(SharedData.Find("energy/planetlab/planetlab_20110303.csv.gz"));

        var (at0, at260) = (VmReplay.Run(trace, VmPolicy.Consolidate, CloudSim), VmReplay.Run(trace, VmPolicy.Consolidate, CloudSim with { BootSeconds = 260 }));

        Assert.InRange(at260.Joules / at0.Joules, 1, 1.03);
        Assert.InRange(at260.UnservedShare, 0, 0.0005);
        Assert.True(at260.Wakes > 0);
    }

    [Fact]
    public void A_packed_file_is_read_and_machines_end_when_they_ask_for_nothing_twice()
    {
        using var folder = new Folder();
        var file = folder.Write("file,t0,t1,t2,t3\na,50,50,0,0\nb,50,50,50,50\n");

        var trace = VmTrace.Read(file);

        Assert.Equal((2, 4), (trace.Count, trace.Samples));
        Assert.Equal([2500, 2000], trace.Size);

        // Both fit on the first G5: 4500 of 5320 MIPS, 2610 of 4096 MB.
        var run = VmReplay.Run(trace, VmPolicy.Stay, new(4, 0, CountsMemory: true, new()));
        Assert.Equal(1, run.MeanAwake);
    }

    [Theory]
    [InlineData("file,t0,t1\n", "has no rows")]
    [InlineData("file,t1\na,5\n", "there is no column 't0'")]
    [InlineData("file,t0,t1\na,5,101\n", ":2: t1 is '101'; it must be a percentage from 0 to 100")]
    [InlineData("file,t0,t1\na,5,x\n", ":2: t1 is 'x'; it must be a number, 0 or more")]
    public void A_file_that_cannot_be_used_says_where(string text, string message)
    {
        using var folder = new Folder();

        Assert.Contains(message, Assert.Throws<TraceException>(() => VmTrace.Read(folder.Write(text))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_hosts_are_an_error()
    {
        using var folder = new Folder();
        var trace = VmTrace.Read(folder.Write("file,t0,t1\na,5,5\nb,5,5\nc,5,5\nd,5,5\n"));

        Assert.Contains("fits on none of 1 hosts", Assert.Throws<TraceException>(() => VmReplay.Run(trace, VmPolicy.Stay, new(1, 0, CountsMemory: true, new()))).Message, StringComparison.Ordinal);
    }

    private sealed class Folder : IDisposable
    {
        private readonly string path = Directory.CreateTempSubdirectory("datahall-vms-").FullName;

        public string Write(string text)
        {
            var file = Path.Combine(path, "vms.csv.gz");
            using var packed = new StreamWriter(new GZipStream(File.Create(file), CompressionMode.Compress));
            packed.Write(text);
            return file;
        }

        public void Dispose() => Directory.Delete(path, recursive: true);
    }
}
