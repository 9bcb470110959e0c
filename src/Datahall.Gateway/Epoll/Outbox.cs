using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Datahall.Gateway.Epoll;

/// <summary>What a shard has to send after a few events, all together.</summary>
/// <remarks>
/// A send wakes the thread that waits for it, which takes the processor away as soon as the call returns, finds a single message and sleeps again. When
/// several sends are one call, that thread is woken once and finds them all. Where the kernel has no such call, nothing is put off.
/// </remarks>
internal sealed unsafe class Outbox : IDisposable
{
    private const int MostMessages = 256; // A power of two.
    private const int MemoryBytes = 512 * 1024;

    private readonly int roomBytes;
    private SubmissionRing? ring;
    private Batch filling;
    private Batch sending;

    /// <summary>Takes its memory.</summary>
    /// <param name="roomBytes">How long a message may be.</param>
    public Outbox(int roomBytes)
    {
        this.roomBytes = roomBytes;
        (filling, sending) = (new(MemoryBytes + roomBytes), new(MemoryBytes + roomBytes));
    }

    /// <summary>How many messages there are to send.</summary>
    public int Count => filling.Count;

    /// <summary>Room to put a message together in. The next message may overwrite it, unless it was queued.</summary>
    public Span<byte> Room => new(filling.Memory + filling.Used, roomBytes);

    /// <summary>Begins, in the thread that will use it.</summary>
    public void Open() => ring = SubmissionRing.TryOpen(MostMessages);

    /// <summary>Puts a message off until <see cref="Send"/>; false: it is to be sent now.</summary>
    public bool TryQueue(Connection connection, ReadOnlySpan<byte> message)
    {
        if (ring is null || message.Length > roomBytes || filling.Count == MostMessages || filling.Used > MemoryBytes)
        {
            return false;
        }

        var room = Room;
        if (!Unsafe.AreSame(in MemoryMarshal.GetReference(message), in MemoryMarshal.GetReference(room)))
        {
            message.CopyTo(room);
        }

        filling.Add(connection, message.Length);
        return true;
    }

    /// <summary>Sends at once what a connection has queued, as far as it goes: it is about to be closed.</summary>
    public void SendNow(Connection connection)
    {
        foreach (ref var message in filling.Messages)
        {
            if (message.Connection == connection)
            {
                _ = Libc.Send(connection.Fd, filling.BytesOf(message));
                message.Connection = null;
            }
        }
    }

    /// <summary>Sends all; <see cref="TellSent"/> follows.</summary>
    public void Send()
    {
        (filling, sending) = (sending, filling);
        if (sending.Count > 1)
        {
            SendTogether(sending);
        }

        foreach (ref var message in sending.Messages)
        {
            if (message.Result is SubmissionRing.NotTaken && IsOpen(message))
            {
                var count = Libc.Send(message.Connection!.Fd, sending.BytesOf(message));
                message.Result = count < 0 ? -Libc.LastError : count;
            }
        }
    }

    /// <summary>Tells each connection what became of its message. It may queue another, which is for the next time.</summary>
    public void TellSent(Sent sent)
    {
        foreach (ref readonly var message in sending.Messages)
        {
            if (IsOpen(message))
            {
                sent(message.Connection!, sending.BytesOf(message), message.Result);
            }
        }

        sending.Clear();
    }

    public void Dispose()
    {
        filling.Dispose();
        sending.Dispose();
    }

    /// <summary>Ends, in the thread that opened it.</summary>
    public void Close()
    {
        ring?.Dispose();
        ring = null;
    }

    private void SendTogether(Batch batch)
    {
        foreach (ref readonly var message in batch.Messages)
        {
            if (IsOpen(message))
            {
                ring!.AddSend(message.Connection!.Fd, batch.Memory + message.Start, message.Length);
            }
        }

        var results = ring!.Run();
        var at = 0;
        foreach (ref var message in batch.Messages)
        {
            if (IsOpen(message))
            {
                message.Result = results[at++];
            }
        }
    }

    private static bool IsOpen(in Message message) => message.Connection is { } connection && connection.Generation == message.Generation;

    /// <summary>A message was sent, a part of it, or nothing because of an error below 0.</summary>
    public delegate void Sent(Connection connection, ReadOnlySpan<byte> message, int result);

    private struct Message
    {
        public Connection? Connection;
        public uint Generation;
        public int Start;
        public int Length;
        public int Result;
    }

    /// <summary>Messages that are sent together.</summary>
    private sealed class Batch(int bytes) : IDisposable
    {
        private readonly Message[] messages = new Message[MostMessages];

        public byte* Memory { get; } = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 64);

        public int Used { get; private set; }

        public int Count { get; private set; }

        public Span<Message> Messages => messages.AsSpan(0, Count);

        public void Add(Connection connection, int length)
        {
            messages[Count++] = new() { Connection = connection, Generation = connection.Generation, Start = Used, Length = length, Result = SubmissionRing.NotTaken };
            Used += (length + 63) & ~63; // Each begins a cache line.
        }

        public ReadOnlySpan<byte> BytesOf(in Message message) => new(Memory + message.Start, message.Length);

        public void Clear()
        {
            Messages.Clear();
            (Count, Used) = (0, 0);
        }

        public void Dispose() => NativeMemory.AlignedFree(Memory);
    }
}
