using System.IO.Hashing;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Datahall.Gateway.Kestrel;

/// <summary>What is used again for one request after another of a connection.</summary>
internal sealed class LaneRequest
{
    private IPAddress? known;

    public DefaultHttpContext Http { get; } = new();

    /// <summary>The client's address in words; empty: not known.</summary>
    public string ClientAddress { get; private set; } = "";

    /// <summary>Its hash; 0: not known.</summary>
    public ulong ClientHash { get; private set; }

    /// <summary>Looks who the client is.</summary>
    public void LookAtClient()
    {
        var address = Http.Connection.RemoteIpAddress;
        if (ReferenceEquals(address, known))
        {
            return;
        }

        known = address;
        if (address is null)
        {
            (ClientAddress, ClientHash) = ("", 0);
            return;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        (ClientAddress, ClientHash) = (address.ToString(), XxHash3.HashToUInt64(bytes[..length]));
    }
}
