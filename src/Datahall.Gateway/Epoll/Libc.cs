using System.Runtime.InteropServices;

namespace Datahall.Gateway.Epoll;

/// <summary>The system calls of the lane. Numbers are those of Linux on x64 and arm64.</summary>
internal static unsafe partial class Libc
{
    public const uint In = 0x1;
    public const uint Out = 0x4;
    public const uint Error = 0x8;
    public const uint HangUp = 0x10;
    public const uint PeerShutdown = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    public const int Again = 11;
    public const int Interrupted = 4;
    public const int InProgress = 115;

    /// <summary>The flags of sends: no signal when the other side has gone, and no waiting.</summary>
    public const int SendFlags = NoSignal | DoNotWait;

    private const int NoSignal = 0x4000;
    private const int DoNotWait = 0x40;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int ControlAdd = 1;
    private const int Stream = 1;
    private const int SocketLevel = 1;
    private const int SocketError = 4;
    private const int TcpLevel = 6;
    private const int TcpNoDelay = 1;
    private const int WriteSide = 1;
    private const int RingSetUp = 425; // The same on all architectures.
    private const int RingEnter = 426;
    private const int RingGetEvents = 1;
    private const int ReadAndWrite = 3;
    private const int Shared = 1;
    private const int Populate = 0x8000;

    /// <summary>Makes an epoll instance; -1 on failure.</summary>
    public static int NewEpoll() => EpollCreate(CloseOnExec);

    /// <summary>Makes a counter that wakes who waits for it; -1 on failure.</summary>
    public static int NewEvent() => EventFd(0, CloseOnExec | NonBlocking);

    /// <summary>Adds a descriptor.</summary>
    /// <param name="epoll">The epoll instance.</param>
    /// <param name="fd">The descriptor.</param>
    /// <param name="entry">An entry of <see cref="EpollEvents"/>.</param>
    public static bool TryWatch(int epoll, int fd, byte* entry) => EpollControl(epoll, ControlAdd, fd, entry) == 0;

    /// <summary>Lets other threads run that wait for this processor.</summary>
    public static void Yield() => _ = SchedulerYield();

    /// <summary>Takes a connection, not blocking; below 0: none, see the error.</summary>
    public static int Accept(int listener, byte* address, int* length) => Accept4(listener, address, length, CloseOnExec | NonBlocking);

    /// <summary>Begins to connect a new socket, not blocking.</summary>
    /// <returns>The descriptor; below 0: refused at once.</returns>
    public static int Connect(ReadOnlySpan<byte> address, int family)
    {
        var fd = Socket(family, Stream | CloseOnExec | NonBlocking, 0);
        if (fd < 0)
        {
            return -1;
        }

        fixed (byte* pointer = address)
        {
            if (ConnectTo(fd, pointer, address.Length) < 0 && LastError is not InProgress)
            {
                _ = Close(fd);
                return -1;
            }
        }

        return fd;
    }

    /// <summary>What became of a connection that was begun; 0: it is there.</summary>
    public static int ConnectError(int fd)
    {
        var error = 0;
        var length = sizeof(int);
        return GetOption(fd, SocketLevel, SocketError, &error, &length) == 0 ? error : LastError;
    }

    /// <summary>Sends small pieces at once, which is how proxies write. Does nothing on Unix sockets.</summary>
    public static void SetNoDelay(int fd)
    {
        var on = 1;
        _ = SetOption(fd, TcpLevel, TcpNoDelay, &on, sizeof(int));
    }

    /// <summary>Receives; 0: the other side has ended; below 0: see the error, which is never an interruption.</summary>
    public static int Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            nint count;
            do
            {
                count = Recv(fd, pointer, (nuint)buffer.Length, 0);
            }
            while (count < 0 && LastError is Interrupted);
            return (int)count;
        }
    }

    /// <summary>Sends; below 0: see the error.</summary>
    public static int Send(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* pointer = bytes)
        {
            nint count;
            do
            {
                count = SendTo(fd, pointer, (nuint)bytes.Length, SendFlags);
            }
            while (count < 0 && LastError is Interrupted);
            return (int)count;
        }
    }

    /// <summary>Ends the sending side.</summary>
    public static void EndSending(int fd) => _ = Shutdown(fd, WriteSide);

    /// <summary>Makes an io_uring; below 0: see the error.</summary>
    public static int SetUpRing(uint entries, SubmissionRing.Parameters* parameters) => (int)SystemCall(RingSetUp, (nint)entries, (nint)parameters, 0, 0, 0, 0);

    /// <summary>Has an io_uring do what was added, and waits for results; below 0: see the error.</summary>
    public static int EnterRing(int fd, uint submitted, uint awaited) => (int)SystemCall(RingEnter, fd, (nint)submitted, (nint)awaited, RingGetEvents, 0, 0);

    /// <summary>Maps memory that is shared with the kernel; null on failure.</summary>
    public static byte* Map(int fd, nint offset, nuint length)
    {
        var address = MapMemory(null, length, ReadAndWrite, Shared | Populate, fd, offset);
        return address == (byte*)-1 ? null : address;
    }

    /// <summary>Ends a mapping; null: there is none.</summary>
    public static void Unmap(byte* address, nuint length)
    {
        if (address is not null)
        {
            _ = UnmapMemory(address, length);
        }
    }

    /// <summary>The error of the last call of this thread.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, void* bytes, nuint length);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, void* bytes, nuint length);

    [LibraryImport("libc", EntryPoint = "sched_yield")]
    private static partial int SchedulerYield();

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int fd, byte* entry);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int ConnectTo(int fd, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept4(int fd, byte* address, int* length, int flags);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(int fd, int level, int option, void* value, int* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int fd, int level, int option, void* value, int length);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Recv(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint SendTo(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial byte* MapMemory(byte* address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int UnmapMemory(byte* address, nuint length);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int fd, int how);
}
