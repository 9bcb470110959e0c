using System.Globalization;

namespace Datahall.Fleet.Tests.PowerCaps;

/// <summary>A machine's files and programs: two processor packages of 40 to 100 W, and two GPUs of 100 to 300 W whose limits lie in files.</summary>
internal sealed class FakeMachine : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public FakeMachine(int packages = 2, int gpus = 2)
    {
        Data = directory.File("data");
        Directory.CreateDirectory(Data);
        for (var i = 0; i < packages; i++)
        {
            Write($"intel-rapl:{i}/name", $"package-{i}");
            Write($"intel-rapl:{i}/constraint_0_max_power_uw", "100000000");
            Write($"intel-rapl:{i}/constraint_0_power_limit_uw", "100000000");
            Write($"intel-rapl:{i}/enabled", "1");
        }

        // Neither a part of a package nor the whole board is a package.
        Write("intel-rapl:8/name", "psys");
        Write("intel-rapl:8/constraint_0_max_power_uw", "900000000");
        Write("intel-rapl:8/constraint_0_power_limit_uw", "900000000");
        Smi = directory.File("nvidia-smi");
        for (var i = 0; i < gpus; i++)
        {
            File.WriteAllText(directory.File($"gpu{i}"), "250.00");
        }

        File.WriteAllText(Smi, $$"""
            #!/bin/sh
            cd {{directory.Path}}
            case "$1" in
              --query-gpu=index,uuid,power.min_limit,*) for g in gpu?; do [ -f $g ] && echo "${g#gpu}, GPU-$g, 100.00, 300.00, $(cat $g)"; done ;;
              -i) echo "$2 $4" >>set.log; if [ -f refuse ]; then echo "Insufficient Permissions"; else echo "$4" >gpu$2; echo "All done."; fi ;;
            esac
            """);
        File.SetUnixFileMode(Smi, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public string Data { get; }

    public string Sys => directory.File("sys");

    public string Smi { get; }

    /// <summary>How often a GPU was set.</summary>
    public int GpuSets => File.Exists(directory.File("set.log")) ? File.ReadAllLines(directory.File("set.log")).Length : 0;

    public void Write(string file, string text)
    {
        var path = Path.Combine(Sys, "class/powercap", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>From now on GPUs take no limit.</summary>
    public void RefuseGpus() => File.WriteAllText(directory.File("refuse"), "");

    public double Gpu(int index) => Number(directory.File($"gpu{index}"));

    public double Package(int index) => Number(Path.Combine(Sys, $"class/powercap/intel-rapl:{index}/constraint_0_power_limit_uw")) / 1e6;

    public void Dispose() => directory.Dispose();

    // A file that is being written is empty for a moment, other than the kernel's: no number yet.
    private static double Number(string path) => double.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
