using System.Net;
using Datahall.Gateway.Dispatch;

namespace Datahall.Gateway.Epoll;

/// <summary>The idle connections to one replica. The last one used is the first to be used again, so that the others grow old and are closed.</summary>
internal sealed class UpstreamPool(EndPoint endPoint)
{
    private UpstreamConnection? newest;

    /// <summary>Where the replica listens.</summary>
    public NativeAddress Address { get; } = new(endPoint);

    /// <summary>Whether the replica has gone: connections are closed after their request.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>How many connections are idle.</summary>
    public int Idle { get; private set; }

    /// <summary>Takes one; null when there is none.</summary>
    public UpstreamConnection? Take()
    {
        if (newest is not { } connection)
        {
            return null;
        }

        Remove(connection);
        connection.IsReused = true;
        return connection;
    }

    /// <summary>Puts one back.</summary>
    public void Put(UpstreamConnection connection)
    {
        connection.NextIdle = newest;
        newest?.PreviousIdle = connection;
        newest = connection;
        Idle++;
    }

    /// <summary>Takes a certain one out, if it is in.</summary>
    public void Remove(UpstreamConnection connection)
    {
        if (connection.PreviousIdle is null && newest != connection)
        {
            return;
        }

        if (connection.PreviousIdle is { } previous)
        {
            previous.NextIdle = connection.NextIdle;
        }
        else
        {
            newest = connection.NextIdle;
        }

        connection.NextIdle?.PreviousIdle = connection.PreviousIdle;
        (connection.NextIdle, connection.PreviousIdle) = (null, null);
        Idle--;
    }

    /// <summary>Closes the idle ones.</summary>
    public void CloseIdle()
    {
        while (newest is { } connection)
        {
            connection.Close();
        }
    }

    /// <summary>Closes the idle ones, and each other one after its request.</summary>
    public void Close()
    {
        IsClosed = true;
        CloseIdle();
    }
}

/// <summary>The connections of a shard to all replicas.</summary>
internal sealed class UpstreamPools(Shard shard)
{
    private readonly Dictionary<Replica, UpstreamPool> pools = [];
    private readonly Stack<UpstreamConnection> unused = new();

    /// <summary>The pool of a replica.</summary>
    public UpstreamPool Of(Replica replica)
    {
        if (!pools.TryGetValue(replica, out var pool))
        {
            pools[replica] = pool = new(replica.EndPoint);
        }

        return pool;
    }

    /// <summary>A connection that is not open.</summary>
    public UpstreamConnection New() => unused.TryPop(out var used) ? used : new(shard);

    /// <summary>Takes a closed connection back.</summary>
    public void Return(UpstreamConnection connection) => unused.Push(connection);

    /// <summary>The replica does not answer: its idle connections are worth nothing.</summary>
    public void CloseIdle(Replica replica)
    {
        if (pools.TryGetValue(replica, out var pool))
        {
            pool.CloseIdle();
        }
    }

    /// <summary>The replica goes.</summary>
    public void Forget(Replica replica)
    {
        if (pools.Remove(replica, out var pool))
        {
            pool.Close();
        }
    }
}
