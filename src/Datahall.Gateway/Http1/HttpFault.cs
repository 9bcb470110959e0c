using System.Collections.Frozen;

namespace Datahall.Gateway.Http1;

/// <summary>What is wrong with a message.</summary>
internal enum HttpFault : byte
{
    None,
    RequestLine,
    Method,
    Target,
    TargetTooLong,
    DotSegments,
    Version,
    VersionUnsupported,
    Http2Preface,
    BareLineFeed,
    BareCarriageReturn,
    Fold,
    SpaceBeforeColon,
    NoColon,
    FieldName,
    FieldValue,
    HeadTooLarge,
    TooManyFields,
    HostMissing,
    HostRepeated,
    Host,
    HostMismatch,
    ContentLength,
    ContentLengthRepeated,
    ContentLengthMissing,
    ContentLengthAndTransferEncoding,
    TransferEncodingRepeated,
    TransferEncodingUnsupported,
    TransferEncodingInOldVersion,
    ConnectUnsupported,
    Expectation,
    StatusLine,
    ChunkSize,
    ChunkExtension,
    ChunkOverhead,
    ChunkEnd,
    Trailer,
    TrailerTooLarge,
    BodyTooLarge,
}

/// <summary>The status and the words for each fault.</summary>
internal static class HttpFaults
{
    private static readonly FrozenDictionary<HttpFault, (int Status, string Text)> Table = new Dictionary<HttpFault, (int, string)>
    {
        [HttpFault.RequestLine] = (400, "the request line is not 'METHOD TARGET HTTP/1.1', parted by single spaces"),
        [HttpFault.Method] = (400, "the method has a character that no token may have"),
        [HttpFault.Target] = (400, "the request target is not a valid path or URL"),
        [HttpFault.TargetTooLong] = (414, "the request target is longer than the gateway allows"),
        [HttpFault.DotSegments] = (400, "the path has '.' or '..' segments; send it normalised"),
        [HttpFault.Version] = (400, "the request line does not end with an HTTP version"),
        [HttpFault.VersionUnsupported] = (505, "this port speaks HTTP/1.0 and HTTP/1.1"),
        [HttpFault.Http2Preface] = (505, "this connection begins with the HTTP/2 preface"),
        [HttpFault.BareLineFeed] = (400, "a line ends with LF alone; lines end with CR LF"),
        [HttpFault.BareCarriageReturn] = (400, "a CR is not followed by LF"),
        [HttpFault.Fold] = (400, "a header line begins with a space; folded headers are obsolete"),
        [HttpFault.SpaceBeforeColon] = (400, "a header has a space between its name and the colon"),
        [HttpFault.NoColon] = (400, "a header line has no colon"),
        [HttpFault.FieldName] = (400, "a header's name is empty or has a character that no token may have"),
        [HttpFault.FieldValue] = (400, "a header's value has a control character"),
        [HttpFault.HeadTooLarge] = (431, "the header is larger than the gateway allows"),
        [HttpFault.TooManyFields] = (431, "there are more headers than the gateway allows"),
        [HttpFault.HostMissing] = (400, "there is no Host header"),
        [HttpFault.HostRepeated] = (400, "there is more than one Host header"),
        [HttpFault.Host] = (400, "the Host header is not a valid host with an optional port"),
        [HttpFault.HostMismatch] = (400, "the Host header differs from the host of the request target"),
        [HttpFault.ContentLength] = (400, "the Content-Length is not a decimal number below 2^63"),
        [HttpFault.ContentLengthRepeated] = (400, "there is more than one Content-Length"),
        [HttpFault.ContentLengthMissing] = (400, "a POST or PUT of HTTP/1.0 needs a Content-Length"),
        [HttpFault.ContentLengthAndTransferEncoding] = (400, "there are both Content-Length and Transfer-Encoding"),
        [HttpFault.TransferEncodingRepeated] = (400, "there is more than one Transfer-Encoding header"),
        [HttpFault.TransferEncodingUnsupported] = (501, "the only Transfer-Encoding supported is 'chunked'"),
        [HttpFault.TransferEncodingInOldVersion] = (400, "HTTP/1.0 knows no Transfer-Encoding"),
        [HttpFault.ConnectUnsupported] = (501, "CONNECT is not supported"),
        [HttpFault.Expectation] = (417, "the only expectation supported is '100-continue'"),
        [HttpFault.StatusLine] = (502, "the answer does not begin with a status line of HTTP/1.x"),
        [HttpFault.ChunkSize] = (400, "a chunk's size is not 1 to 8 hexadecimal digits, at most 7fffffff"),
        [HttpFault.ChunkExtension] = (400, "a chunk's extension has a control character or is longer than 256 bytes"),
        [HttpFault.ChunkOverhead] = (400, "the chunks carry more framing than data"),
        [HttpFault.ChunkEnd] = (400, "a chunk's data is not followed by CR LF"),
        [HttpFault.Trailer] = (400, "a trailer is malformed, or is a field that may not come in a trailer"),
        [HttpFault.TrailerTooLarge] = (431, "the trailers are larger than 8 KB"),
        [HttpFault.BodyTooLarge] = (413, "the body is larger than the gateway allows"),
    }.ToFrozenDictionary();

    /// <summary>The status to answer a request with. An answer's own faults are all 502, whatever this says.</summary>
    public static int Status(HttpFault fault) => Table[fault].Status;

    /// <summary>What is wrong, for the one who sent it.</summary>
    public static string Describe(HttpFault fault) => Table[fault].Text;
}
