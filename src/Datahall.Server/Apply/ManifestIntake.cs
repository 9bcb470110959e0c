using Datahall.Model.Manifests;

namespace Datahall.Server.Apply;

/// <summary>Reads manifests out of bodies, a few at a time: a large one takes memory and seconds of a processor.</summary>
internal sealed class ManifestIntake : IDisposable
{
    private const int MaxFileNameLength = 256;
    private readonly SemaphoreSlim turns = new(Math.Max(2, Environment.ProcessorCount));

    /// <summary>Reads a body.</summary>
    /// <param name="fileName">The name for errors, as the sender gave it.</param>
    /// <param name="body">The bytes; the server bounds them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ManifestResult> ReadAsync(string? fileName, Stream body, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, cancellationToken);
        await turns.WaitAsync(cancellationToken);
        try
        {
            return ManifestReader.Read(NameFor(fileName), bytes.GetBuffer().AsMemory(0, (int)bytes.Length));
        }
        finally
        {
            turns.Release();
        }
    }

    public void Dispose() => turns.Dispose();

    private static string NameFor(string? given) =>
        string.IsNullOrWhiteSpace(given) || given.Length > MaxFileNameLength || given.Any(char.IsControl) ? "body" : given;
}
