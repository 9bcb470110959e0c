using Datahall.Learning.Surface;
using static TorchSharp.torch;

namespace Datahall.Learning.Networks;

/// <summary>Which pieces of a batch stand for words: the first of each.</summary>
internal sealed class WordSelection : IDisposable
{
    private WordSelection(Tensor firstPieces, IReadOnlyList<int> words, Tensor? characters, SurfaceBatch? surface)
    {
        FirstPieces = firstPieces;
        Words = words;
        Characters = characters;
        Surface = surface;
    }

    /// <summary>Indexes into the pieces [batch × length] laid in one row, int64 [words].</summary>
    public Tensor FirstPieces { get; }

    /// <summary>The words of each row.</summary>
    public IReadOnlyList<int> Words { get; }

    /// <summary>Character ids of each word, int64 [words, characters]; null when the model uses none.</summary>
    public Tensor? Characters { get; }

    /// <summary>The surface features of each word; null when the model uses none.</summary>
    public SurfaceBatch? Surface { get; }

    /// <summary>Selects words by the positions of their first pieces.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="firstPieces">For each row the positions of the first pieces, special tokens counted.</param>
    /// <param name="surface">Their surface features; owned by the selection.</param>
    /// <param name="characters">Character ids of all words, row after row, int64 [words, characters]; owned by the selection.</param>
    public static WordSelection From(TokenBatch batch, IReadOnlyList<IReadOnlyList<int>> firstPieces, Tensor? characters = null, SurfaceBatch? surface = null)
    {
        long[] indexes = [.. firstPieces.SelectMany((row, i) => row.Select(position => (long)i * batch.Length + position))];
        using var scope = NewDisposeScope();
        return new(
            tensor(indexes, device: batch.Ids.device).DetachFromDisposeScope(),
            [.. firstPieces.Select(row => row.Count)],
            characters?.DetachFromDisposeScope(),
            surface);
    }

    /// <summary>The hidden states of the words, [words, hidden].</summary>
    public Tensor Select(Tensor hidden) => hidden.reshape(-1, hidden.shape[^1]).index_select(0, FirstPieces);

    public void Dispose()
    {
        FirstPieces.Dispose();
        Characters?.Dispose();
        Surface?.Dispose();
    }
}
