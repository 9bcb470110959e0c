using System.Collections.Concurrent;
using System.Net.Sockets;
using Datahall.Gateway.Dispatch;

namespace Datahall.Gateway.Epoll;

/// <summary>One thread with its own listening socket, connections, buffers and timers. Nothing is shared with other shards but the dispatcher.</summary>
internal sealed class Shard : IExchangeLane, IDisposable
{
    private const int EventsAtOnce = 32; // Their messages are sent together. With more, those who wait for them wait longer; with fewer, the calls cost more.

    private readonly Poller poller = new();
    private readonly SocketTable sockets = new();
    private readonly ConcurrentQueue<Message> mailbox = new();
    private readonly WakeUp wakeUp;
    private readonly Listener listener;
    private readonly Thread thread;
    private readonly Action<Exception> onFault;
    private readonly Outbox.Sent onSent;
    private readonly Queue<(PolledSocket Socket, uint Generation)> again = new();
    private int relays;
    private volatile bool isStopping;

    public Shard(Dispatcher dispatcher, EpollLaneOptions options, int number, Socket listening, Action<Exception> onFault)
    {
        (Options, this.onFault, onSent) = (options, onFault, OnSent);
        Timers = new(Now);
        Blocks = new(options.BufferBytes / options.Shards);
        Outbox = new((options.Head.HeadBytes * 2) + BlockPool.Small);
        Transfers = new(this, dispatcher, number);
        Upstreams = new(this);
        Relay = options.Relay is null ? null : new(options.Relay);
        wakeUp = new(this);
        listener = new(this, listening, Math.Max(1, options.Connections / options.Shards));
        thread = new(Run) { Name = $"gateway lane {number}", IsBackground = true };
        dispatcher.Register(this);
    }

    /// <summary>What the lane was set up with.</summary>
    public EpollLaneOptions Options { get; }

    /// <summary>The time, in nanoseconds, as it was a few events ago.</summary>
    public long Now { get; private set; } = GatewayClock.Now;

    /// <summary>The deadlines.</summary>
    public TimerWheel Timers { get; }

    /// <summary>The memory of buffers.</summary>
    public BlockPool Blocks { get; }

    /// <summary>What is sent together, and room to put heads together in.</summary>
    public Outbox Outbox { get; }

    /// <summary>The requests under way.</summary>
    public TransferPool Transfers { get; }

    /// <summary>The connections to replicas.</summary>
    public UpstreamPools Upstreams { get; }

    /// <summary>The other lane; null: there is none.</summary>
    public NativeAddress? Relay { get; }

    /// <summary>Whether the lane goes down: each answer is the last one of its connection.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>How many clients are connected. Any thread.</summary>
    public int Clients => listener.Clients;

    /// <summary>Completes when all clients have gone after <see cref="Drain"/>, but those that were handed over.</summary>
    public TaskCompletionSource Drained { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Start() => thread.Start();

    /// <summary>Closes each connection after its next answer, and soon takes no more. Any thread.</summary>
    public void Drain() => Post(new(MessageKind.Drain));

    /// <inheritdoc/>
    public void Resume(Exchange exchange) => Post(new(MessageKind.Resume, exchange));

    /// <inheritdoc/>
    public void OnReplica(Replica replica, ReplicaChange change) =>
        Post(new(change is ReplicaChange.Down ? MessageKind.ReplicaDown : MessageKind.ReplicaGone, Replica: replica));

    /// <summary>A client has gone.</summary>
    public void OnClientClosed(ClientConnection client)
    {
        listener.Return(client);
        TellIfDrained();
    }

    /// <summary>A client was handed over to the other lane, or such a one has gone.</summary>
    public void OnRelayed(int change)
    {
        relays += change;
        TellIfDrained();
    }

    /// <summary>Goes on with a socket in the next turn, after the others: it could go on for ever.</summary>
    public void Again(PolledSocket socket) => again.Enqueue((socket, socket.Generation));

    /// <summary>Watches a socket for the events given.</summary>
    public bool TryWatch(PolledSocket socket, uint wanted)
    {
        if (poller.TryWatch(socket.Fd, wanted, sockets.Add(socket)))
        {
            return true;
        }

        sockets.Remove(socket);
        return false;
    }

    /// <summary>Watches a socket no more; it is about to be closed, which takes it out of epoll.</summary>
    public void Forget(PolledSocket socket)
    {
        sockets.Remove(socket);
        Timers.Clear(socket);
    }

    /// <summary>The clients have been told: no more connections, and none without a request.</summary>
    public void StopTaking()
    {
        listener.TakeWaiting();
        listener.Close();
        ForEach<ClientConnection, bool>(static (client, _) => client.CloseIfIdle(), true);
        TellIfDrained();
    }

    /// <summary>Ends the thread and closes all there is.</summary>
    public void Dispose()
    {
        isStopping = true;
        wakeUp.Ring();
        if (thread.ThreadState is not (ThreadState.Unstarted | ThreadState.Background))
        {
            thread.Join();
        }

        foreach (var socket in sockets.All.ToArray())
        {
            socket?.Close();
        }

        Blocks.Trim();
        Outbox.Dispose();
        poller.Dispose();
    }

    private void Post(Message message)
    {
        mailbox.Enqueue(message);
        wakeUp.Ring();
    }

    private void Run()
    {
        if (Options.SendsTogether)
        {
            Outbox.Open();
        }

        while (!isStopping)
        {
            var count = poller.Wait(again.Count > 0 || Outbox.Count > 0 ? 0 : Timers.QuietMilliseconds(Now));
            Now = GatewayClock.Now;
            for (var i = 0; i < count; i++)
            {
                OnEvent(sockets.Find(poller.DataOf(i)), poller.EventsOf(i));
                if ((i + 1) % EventsAtOnce == 0)
                {
                    SendOut();
                }
            }

            for (var left = again.Count; left > 0; left--)
            {
                var (socket, generation) = again.Dequeue();
                OnEvent(socket.Generation == generation ? socket : null, 0);
            }

            while (mailbox.TryDequeue(out var message))
            {
                OnMessage(message);
            }

            OnTime();
            SendOut();
        }

        Outbox.Close();
        listener.Close();
        wakeUp.Close();
    }

    // A mistake in here must not end the other connections of the shard.
    private void OnEvent(PolledSocket? socket, uint what)
    {
        try
        {
            socket?.OnEvents(what);
        }
        catch (Exception e)
        {
            onFault(e);
            socket!.OnFault();
        }
    }

    private void SendOut()
    {
        Outbox.Send();
        Now = GatewayClock.Now;
        Outbox.TellSent(onSent);
    }

    private void OnSent(Connection connection, ReadOnlySpan<byte> message, int result)
    {
        try
        {
            connection.OnSent(message, result);
        }
        catch (Exception e)
        {
            onFault(e);
            connection.OnFault();
        }
    }

    private void OnTime()
    {
        try
        {
            Timers.Advance(Now);
        }
        catch (Exception e) // The one whose deadline it was has none any more; the others have theirs.
        {
            onFault(e);
        }
    }

    private void OnMessage(Message message)
    {
        try
        {
            switch (message.Kind)
            {
                case MessageKind.Resume:
                    ((Transfer)message.Exchange!.Owner!).Resume();
                    break;
                case MessageKind.ReplicaDown:
                    Upstreams.CloseIdle(message.Replica!);
                    ForEach<ClientConnection, Replica>(static (client, replica) => client.OnReplicaDown(replica), message.Replica!);
                    break;
                case MessageKind.ReplicaGone:
                    Upstreams.Forget(message.Replica!);
                    break;
                case MessageKind.Drain:
                    IsDraining = true;
                    Timers.Set(wakeUp, Now + (Options.DrainNotice.Ticks * 100));
                    break;
            }
        }
        catch (Exception e)
        {
            onFault(e);
        }
    }

    // Those handed over are not waited for: only the other lane can tell them to go, and it is drained after this one.
    private void TellIfDrained()
    {
        if (!listener.IsOpen && listener.Clients <= relays)
        {
            Drained.TrySetResult();
        }
    }

    private void ForEach<TSocket, TArgument>(Action<TSocket, TArgument> action, TArgument argument)
        where TSocket : PolledSocket
    {
        foreach (var socket in sockets.All.ToArray())
        {
            if (socket is TSocket { IsOpen: true } one)
            {
                action(one, argument);
            }
        }
    }

    private readonly record struct Message(MessageKind Kind, Exchange? Exchange = null, Replica? Replica = null);

    private enum MessageKind
    {
        Resume,
        ReplicaDown,
        ReplicaGone,
        Drain,
    }
}
