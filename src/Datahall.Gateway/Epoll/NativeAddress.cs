using System.Net;

namespace Datahall.Gateway.Epoll;

/// <summary>An end point as the kernel wants it.</summary>
internal sealed class NativeAddress
{
    private readonly byte[] bytes;

    public NativeAddress(EndPoint endPoint)
    {
        var address = endPoint.Serialize();
        bytes = address.Buffer.Span[..address.Size].ToArray();
        Family = BitConverter.ToUInt16(bytes);
        IsInternet = endPoint is IPEndPoint;
    }

    /// <summary>The <c>sockaddr</c>.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>Its family.</summary>
    public int Family { get; }

    /// <summary>Whether it is one of TCP.</summary>
    public bool IsInternet { get; }
}
