using System.Text;
using Datahall.Gateway.Http1;

namespace Datahall.Gateway.Tests.Http1;

public sealed class SplitTests
{
    [Fact]
    public void A_connection_is_read_alike_in_whatever_pieces_it_comes()
    {
        for (var seed = 1; seed <= 1500; seed++)
        {
            var random = new Random(seed);
            var bytes = new RequestGrammar(random).Connection();
            var (whole, fault) = Requests.Connection(bytes, bytes.Length);

            for (var cut = 1; cut < bytes.Length; cut++)
            {
                Same(Requests.Connection(bytes, cut, bytes.Length), $"cut at {cut}");
            }

            Same(Requests.Connection(bytes, 1), "byte by byte");
            Same(Requests.Connection(bytes, [.. Enumerable.Range(0, 100).Select(_ => random.Next(1, 30))]), "in random pieces");

            void Same((List<ReadRequest> Requests, HttpFault Fault) pieces, string how) => Assert.True(
                whole.SequenceEqual(pieces.Requests) && fault == pieces.Fault,
                $"seed {seed}, {how}: {fault} and {pieces.Fault}, {whole.Count} and {pieces.Requests.Count} requests in {Encoding.Latin1.GetString(bytes)}");
        }
    }
}
