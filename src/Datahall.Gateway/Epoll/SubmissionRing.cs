using System.Runtime.InteropServices;

namespace Datahall.Gateway.Epoll;

/// <summary>Hands several sends to the kernel in one system call: an <c>io_uring</c> whose operations all end within that call.</summary>
/// <remarks>
/// The sockets do not block, so nothing is ever left under way: no buffer must outlive the call, and closing a socket is what it was. Layouts and
/// numbers are those of <c>linux/io_uring.h</c>; they are the same on x64 and arm64. One thread, the one that opened it.
/// </remarks>
internal sealed unsafe class SubmissionRing : IDisposable
{
    /// <summary>The result of an operation that the kernel did not take.</summary>
    public const int NotTaken = int.MinValue;

    private const int ParametersBytes = 120;
    private const int EntryBytes = 64;
    private const int CompletionBytes = 16;
    private const nint RingOffset = 0;
    private const nint EntriesOffset = 0x10000000;
    private const uint SubmitAll = 1 << 7;
    private const uint SingleIssuer = 1 << 12;
    private const uint DeferTaskRun = 1 << 13; // Linux 6.1; older ones refuse it.
    private const uint OneMapping = 1;
    private const byte SendOperation = 26;

    private readonly int fd;
    private readonly uint capacity;
    private readonly int[] results;
    private readonly nuint ringBytes;
    private readonly nuint entriesBytes;
    private readonly byte* entries;
    private readonly byte* ring;
    private readonly uint* submissionHead;
    private readonly uint* submissionTail;
    private readonly uint* completionHead;
    private readonly uint* completionTail;
    private readonly byte* completions;
    private readonly uint completionMask;
    private int count;

    private SubmissionRing(int fd, Parameters* parameters, byte* ring, nuint ringBytes, byte* entries, nuint entriesBytes)
    {
        (this.fd, this.ringBytes, this.entriesBytes) = (fd, ringBytes, entriesBytes);
        this.ring = ring;
        this.entries = entries;
        capacity = parameters->SubmissionEntries;
        results = new int[capacity];
        submissionHead = (uint*)(ring + parameters->SubmissionHead);
        submissionTail = (uint*)(ring + parameters->SubmissionTail);
        completionHead = (uint*)(ring + parameters->CompletionHead);
        completionTail = (uint*)(ring + parameters->CompletionTail);
        completions = ring + parameters->Completions;
        completionMask = *(uint*)(ring + parameters->CompletionMask);
        var order = (uint*)(ring + parameters->SubmissionOrder);
        for (var i = 0U; i < capacity; i++)
        {
            order[i] = i;
        }
    }

    /// <summary>Opens one for the calling thread.</summary>
    /// <param name="capacity">How many operations one call may take; a power of two.</param>
    /// <returns>Null where the kernel is too old or the system forbids it, as the default profile of Docker does.</returns>
    public static SubmissionRing? TryOpen(uint capacity)
    {
        var parameters = default(Parameters);
        parameters.Flags = SubmitAll | SingleIssuer | DeferTaskRun;
        var fd = Libc.SetUpRing(capacity, &parameters);
        if (fd < 0)
        {
            return null;
        }

        if ((parameters.Features & OneMapping) != 0)
        {
            var ringBytes = Math.Max(
                parameters.SubmissionOrder + ((nuint)parameters.SubmissionEntries * sizeof(uint)),
                parameters.Completions + ((nuint)parameters.CompletionEntries * CompletionBytes));
            var entriesBytes = (nuint)parameters.SubmissionEntries * EntryBytes;
            var ring = Libc.Map(fd, RingOffset, ringBytes);
            var entries = Libc.Map(fd, EntriesOffset, entriesBytes);
            if (ring is not null && entries is not null)
            {
                return new(fd, &parameters, ring, ringBytes, entries, entriesBytes);
            }

            Libc.Unmap(ring, ringBytes);
            Libc.Unmap(entries, entriesBytes);
        }

        _ = Libc.Close(fd);
        return null;
    }

    /// <summary>Adds a send for the next <see cref="Run"/>, which takes as many as the capacity.</summary>
    public void AddSend(int socket, byte* bytes, int length)
    {
        var entry = (Entry*)(entries + ((nuint)((*submissionTail + (uint)count) & (capacity - 1)) * EntryBytes));
        *entry = new() { Operation = SendOperation, Descriptor = socket, Address = (ulong)bytes, Length = (uint)length, MessageFlags = Libc.SendFlags, Tag = (ulong)count };
        results[count++] = NotTaken;
    }

    /// <summary>Does all that was added.</summary>
    /// <returns>What came of each, in the order in which they were added: bytes sent, an error below 0, or <see cref="NotTaken"/>.</returns>
    public ReadOnlySpan<int> Run()
    {
        var (added, left) = (count, count);
        count = 0;
        Volatile.Write(ref *submissionTail, *submissionTail + (uint)added);
        while (left > 0)
        {
            var untaken = *submissionTail - Volatile.Read(ref *submissionHead);
            if (Libc.EnterRing(fd, untaken, (uint)left) < 0 && Libc.LastError is not Libc.Interrupted)
            {
                left -= Collect();
                Volatile.Write(ref *submissionTail, Volatile.Read(ref *submissionHead)); // What it did not take, it is not to take later.
                break;
            }

            left -= Collect();
        }

        return results.AsSpan(0, added);
    }

    public void Dispose()
    {
        Libc.Unmap(entries, entriesBytes);
        Libc.Unmap(ring, ringBytes);
        _ = Libc.Close(fd);
    }

    private int Collect()
    {
        var head = *completionHead;
        var tail = Volatile.Read(ref *completionTail);
        for (var at = head; at != tail; at++)
        {
            var completion = completions + ((nuint)(at & completionMask) * CompletionBytes);
            results[(int)*(ulong*)completion] = *(int*)(completion + sizeof(ulong));
        }

        Volatile.Write(ref *completionHead, tail);
        return (int)(tail - head);
    }

    /// <summary><c>struct io_uring_params</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = ParametersBytes)]
    internal struct Parameters
    {
        [FieldOffset(0)]
        public uint SubmissionEntries;

        [FieldOffset(4)]
        public uint CompletionEntries;

        [FieldOffset(8)]
        public uint Flags;

        [FieldOffset(20)]
        public uint Features;

        [FieldOffset(40)]
        public uint SubmissionHead;

        [FieldOffset(44)]
        public uint SubmissionTail;

        [FieldOffset(64)]
        public uint SubmissionOrder;

        [FieldOffset(80)]
        public uint CompletionHead;

        [FieldOffset(84)]
        public uint CompletionTail;

        [FieldOffset(88)]
        public uint CompletionMask;

        [FieldOffset(100)]
        public uint Completions;
    }

    /// <summary><c>struct io_uring_sqe</c>, as far as a send fills it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = EntryBytes)]
    private struct Entry
    {
        [FieldOffset(0)]
        public byte Operation;

        [FieldOffset(4)]
        public int Descriptor;

        [FieldOffset(16)]
        public ulong Address;

        [FieldOffset(24)]
        public uint Length;

        [FieldOffset(28)]
        public int MessageFlags;

        [FieldOffset(32)]
        public ulong Tag;
    }
}
