using System.ComponentModel;
using System.Diagnostics;

namespace Datahall.Cli.Doctor;

/// <summary>Which accelerators the driver sees.</summary>
internal static class GpuCheck
{
    private const string Subject = "GPUs";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<Finding> RunAsync(CancellationToken cancellationToken)
    {
        if (ProgramCheck.Find("nvidia-smi") is not { } program)
        {
            return Directory.Exists("/proc/driver/nvidia")
                ? Finding.Weak(Subject, "there is a driver, but no nvidia-smi in PATH", "install the driver's nvidia-smi, or add it to PATH")
                : Finding.Good(Subject, "none (no nvidia-smi)");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await AskAsync(program, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding.Bad(Subject, $"nvidia-smi does not answer within {Patience.TotalSeconds} s", "look for Xid errors in dmesg; the driver may need a reset or the machine a restart");
        }
        catch (Win32Exception e)
        {
            return Finding.Bad(Subject, $"{program} cannot be run: {e.Message}", "install the driver again");
        }
    }

    private static async Task<Finding> AskAsync(string program, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, ["--query-gpu=name", "--format=csv,noheader"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                return Finding.Bad(Subject, $"nvidia-smi fails: {output.Trim()}", "check that the driver is loaded (lsmod | grep nvidia)");
            }

            var names = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return Finding.Good(Subject, string.Join(", ", names.GroupBy(static name => name).Select(static group => $"{group.Count()} x {group.Key}")));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
