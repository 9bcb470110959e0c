using System.Text;
using Datahall.Gateway.Routes;

namespace Datahall.Gateway.Tests.Dispatch;

/// <summary>Headers of a request, as a dictionary.</summary>
internal sealed class FakeHeaders(params (string Name, string Value)[] headers) : IHeaderView
{
    public bool TryCopy(scoped ReadOnlySpan<byte> name, scoped Span<byte> destination, out int length)
    {
        var wanted = Encoding.ASCII.GetString(name);
        foreach (var (header, value) in headers)
        {
            if (header == wanted)
            {
                var bytes = Encoding.ASCII.GetBytes(value);
                length = bytes.Length;
                if (length <= destination.Length)
                {
                    bytes.CopyTo(destination);
                }

                return true;
            }
        }

        length = 0;
        return false;
    }
}
