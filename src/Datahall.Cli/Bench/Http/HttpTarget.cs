using System.Globalization;
using System.Text;

namespace Datahall.Cli.Bench.Http;

/// <summary>A request that is made again and again.</summary>
/// <param name="Url">Where to, with <c>http</c> or <c>https</c>.</param>
/// <param name="Method">The method, in capitals.</param>
/// <param name="Headers">More header fields: name and value.</param>
/// <param name="Body">The body; null for none.</param>
internal sealed record HttpTarget(Uri Url, string Method, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body)
{
    /// <summary>Whether the response has no body.</summary>
    public bool IsHead => Method == "HEAD";

    /// <summary>The whole request as HTTP/1.1 has it.</summary>
    /// <remarks>Source: RFC 9112, section 3.</remarks>
    public byte[] ToBytes()
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Method} {Url.PathAndQuery} HTTP/1.1\r\n");
        Default(head, "Host", Url.Authority);
        Default(head, "User-Agent", "datahall-bench");
        Default(head, "Accept", "*/*");
        foreach (var (name, value) in Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        if (Body is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}\r\n");
        }

        return [.. Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), .. Body ?? []];
    }

    private void Default(StringBuilder head, string name, string value)
    {
        if (!Headers.Any(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }
    }
}
