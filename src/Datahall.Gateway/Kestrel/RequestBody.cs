using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Datahall.Gateway.Kestrel;

/// <summary>The body of a client's request: what came of it is kept, as long as it is small, so that it can be sent again.</summary>
/// <remarks>
/// One task at a time reads on; any number may send what is kept once all of it is. A read of the client outlives the try that asked for it: the next one
/// takes it over, so that no byte is lost.
/// </remarks>
internal sealed class RequestBody(HttpRequest request, long declared) : IAsyncDisposable
{
    /// <summary>What is kept of a body for another try, in bytes.</summary>
    public const int Keeps = 64 * 1024;

    private const int FirstBuffer = 4096;

    private byte[] kept = [];
    private int length;
    private bool overflowed;
    private Task<int>? pending;

    /// <summary>Whether there is one, as far as the head tells.</summary>
    public bool Exists => declared != 0;

    /// <summary>The length; -1: it is not declared.</summary>
    public long Declared => declared;

    /// <summary>Whether all of it came.</summary>
    public bool HasEnded { get; private set; } = declared == 0;

    /// <summary>Whether another try can send it from its beginning.</summary>
    public bool CanReplay => !overflowed;

    /// <summary>Whether all of it is at hand.</summary>
    public bool IsWhole => HasEnded && !overflowed;

    /// <summary>The most that it may have, in bytes; above it reading fails.</summary>
    public long Limit { get; set; } = long.MaxValue;

    /// <summary>How many bytes came.</summary>
    public long Received { get; private set; }

    /// <summary>What went wrong at the client's end; null: nothing.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>What is kept from the beginning on, as long as <see cref="CanReplay"/>.</summary>
    public ReadOnlyMemory<byte> Kept => kept.AsMemory(0, length);

    /// <summary>Reads on, without sending, until something more is kept or it ended.</summary>
    /// <exception cref="IOException">The client broke it off, or it is too large: see <see cref="Fault"/>.</exception>
    public async ValueTask ReadMoreAsync(CancellationToken cancellationToken)
    {
        MakeRoom(int.MaxValue);
        Took(await Read().AsTask().WaitAsync(cancellationToken));
    }

    /// <summary>Sends it: what is kept, then what comes.</summary>
    /// <exception cref="IOException">The client broke it off, or it is too large: see <see cref="Fault"/>.</exception>
    public async Task CopyToAsync(Stream destination, CancellationToken cancellationToken)
    {
        if (length > 0)
        {
            await destination.WriteAsync(kept.AsMemory(0, length), cancellationToken);
        }

        while (!HasEnded)
        {
            MakeRoom(Keeps);
            var start = length;
            var reading = Read();
            int count;
            if (reading.IsCompleted)
            {
                count = await reading;
            }
            else
            {
                // Nothing is there for the moment: the replica may want to see what it has of it.
                var later = reading.AsTask();
                await destination.FlushAsync(cancellationToken);
                count = await later.WaitAsync(cancellationToken);
            }

            if (Took(count) > 0)
            {
                await destination.WriteAsync(kept.AsMemory(start, count), cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (pending is { } unfinished)
        {
            // Nobody wants it any more, but it still writes into the buffer.
            request.BodyReader.CancelPendingRead();
            try
            {
                await unfinished;
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
            {
                // Whatever ended it.
            }
        }

        if (kept.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(kept);
            kept = [];
        }
    }

    private ValueTask<int> Read()
    {
        if (pending is { } unfinished)
        {
            return new(unfinished);
        }

        var reading = request.Body.ReadAsync(kept.AsMemory(length), CancellationToken.None);
        return reading.IsCompletedSuccessfully ? reading : new(pending = Observed(reading));
    }

    private async Task<int> Observed(ValueTask<int> reading)
    {
        try
        {
            return await reading;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            Fault ??= e;
            return 0;
        }
    }

    private int Took(int count)
    {
        pending = null;
        if (Fault is { } fault)
        {
            throw new IOException("the client's body broke off", fault);
        }

        Received += count;
        length += count;
        HasEnded = count == 0 || Received == declared;
        if (Received > Limit)
        {
            Fault = new BodyTooLargeException();
            throw new IOException("the client's body is too large", Fault);
        }

        return count;
    }

    // Grows up to a limit; beyond it the buffer is used again and again, and what was kept is lost.
    private void MakeRoom(int most)
    {
        if (length < kept.Length || pending is not null)
        {
            return;
        }

        if (length >= most || overflowed)
        {
            (overflowed, length) = (true, 0);
            return;
        }

        var first = declared < 0 ? FirstBuffer : (int)Math.Min(declared, Keeps);
        var next = ArrayPool<byte>.Shared.Rent(Math.Max(length * 2, first));
        kept.AsSpan(0, length).CopyTo(next);
        if (kept.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(kept);
        }

        kept = next;
    }
}

/// <summary>A body has become larger than its route takes.</summary>
internal sealed class BodyTooLargeException : IOException
{
    public BodyTooLargeException()
        : base("the body is larger than this route takes")
    {
    }
}
