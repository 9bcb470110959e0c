using System.Diagnostics;

namespace Datahall.Cli.Bench.Load;

/// <summary>Gets each piece of a body.</summary>
/// <param name="piece">Some bytes of it.</param>
/// <param name="isEventStream">Whether its type is <c>text/event-stream</c>.</param>
internal delegate void BodySink(ReadOnlySpan<byte> piece, bool isEventStream);

/// <summary>When the parts of one streamed response came.</summary>
internal sealed class StreamStamps
{
    private readonly EventCounter events = new();
    private readonly Recorder recorder;
    private long intended;
    private long last;
    private bool measured;
    private bool firstByteCame;
    private int seen;

    public StreamStamps(bool wanted, Recorder recorder) => (this.recorder, Sink) = (recorder, wanted ? Body : null);

    /// <summary>Takes the next piece of the body; null when nobody wants to know. Events that came in one piece came at one time: the gaps between them are 0.</summary>
    public BodySink? Sink { get; }

    /// <summary>Begins a request.</summary>
    /// <param name="due">When it was due, a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="isMeasured">Whether it counts; not in the warm-up.</param>
    public void Begin(long due, bool isMeasured)
    {
        (intended, measured, firstByteCame, last, seen) = (due, isMeasured, false, 0, 0);
        events.Begin();
    }

    /// <summary>Bytes of the response are there.</summary>
    public void Arrived()
    {
        if (Sink is not null && measured && !firstByteCame)
        {
            firstByteCame = true;
            recorder.FirstByte(Stopwatch.GetTimestamp() - intended);
        }
    }

    private void Body(ReadOnlySpan<byte> piece, bool isEventStream)
    {
        if (!measured)
        {
            return;
        }

        events.Take(piece, isEventStream);
        var now = events.Events > seen ? Stopwatch.GetTimestamp() : 0;
        for (; seen < events.Events; seen++)
        {
            if (seen == 0)
            {
                recorder.FirstEvent(now - intended);
            }
            else
            {
                recorder.Gap(now - last);
            }

            last = now;
        }
    }
}
