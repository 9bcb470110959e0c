using System.Globalization;

namespace HelloProgram;

/// <summary>This task's place among those that started with it, as Datahall tells every task of a job.</summary>
/// <param name="Rank">The number of this task, from 0.</param>
/// <param name="Size">How many tasks there are.</param>
/// <param name="MasterAddress">Where rank 0 is.</param>
/// <param name="MasterPort">The port on which rank 0 meets the others.</param>
internal sealed record Gang(int Rank, int Size, string MasterAddress, int MasterPort)
{
    public static Gang FromEnvironment() => new(
        Number("RANK", 0), Number("WORLD_SIZE", 1), Environment.GetEnvironmentVariable("MASTER_ADDR") ?? "127.0.0.1", Number("MASTER_PORT", 29_500));

    private static int Number(string name, int alone) => Environment.GetEnvironmentVariable(name) is not { Length: > 0 } text
        ? alone
        : int.TryParse(text, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidOperationException($"{name} is '{text}', which is no number");
}
