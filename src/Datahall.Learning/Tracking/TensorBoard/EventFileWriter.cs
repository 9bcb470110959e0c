using System.Globalization;
using Datahall.Learning.Protobuf;

namespace Datahall.Learning.Tracking.TensorBoard;

/// <summary>
/// Writes an event file that TensorBoard reads: scalars, texts, and where a resumed run starts over.
/// Field numbers: tensorboard/compat/proto/event.proto, summary.proto, tensor.proto, tensor_shape.proto.
/// </summary>
internal sealed class EventFileWriter : IDisposable
{
    private const int StringType = 7; // DT_STRING of types.proto
    private const int SessionStart = 1; // SessionLog.START

    private readonly FileStream file;

    /// <summary>Creates <c>events.out.tfevents.SECONDS.HOST.N</c> in a folder, N being the first number that is free.</summary>
    public EventFileWriter(string folder, string host, DateTimeOffset time)
    {
        Directory.CreateDirectory(folder);
        var name = $"events.out.tfevents.{time.ToUnixTimeSeconds().ToString("D10", CultureInfo.InvariantCulture)}.{host}";
        var number = 0;
        while (File.Exists(Path.Combine(folder, $"{name}.{number}")))
        {
            number++;
        }

        file = new FileStream(Path.Combine(folder, $"{name}.{number}"), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        Write(Event(time, 0).Text(3, "brain.Event:2"));
    }

    public void Scalar(DateTimeOffset time, long step, string tag, float value) =>
        Write(Event(time, step).Message(5, Summary(new ProtobufWriter().Text(1, tag).Float(2, value))));

    /// <summary>Writes a text, shown as Markdown in the tab "Text".</summary>
    public void Text(DateTimeOffset time, long step, string tag, string markdown)
    {
        var metadata = new ProtobufWriter().Message(1, new ProtobufWriter().Text(1, "text"));
        var shape = new ProtobufWriter().Message(2, new ProtobufWriter().Integer(1, 1));
        var tensor = new ProtobufWriter().Integer(1, StringType).Message(2, shape).Text(8, markdown);
        var value = new ProtobufWriter().Text(1, tag).Message(9, metadata).Message(8, tensor);
        Write(Event(time, step).Message(5, Summary(value)));
    }

    /// <summary>Says that the run starts over at a step: readers forget what earlier files of the folder said of it and later steps.</summary>
    public void Restart(DateTimeOffset time, long step) =>
        Write(Event(time, step).Message(7, new ProtobufWriter().Integer(1, SessionStart)));

    /// <summary>Hands everything to the operating system, so that a running TensorBoard shows it.</summary>
    public void Flush() => file.Flush();

    public void Dispose() => file.Dispose();

    private static ProtobufWriter Event(DateTimeOffset time, long step) =>
        new ProtobufWriter().Double(1, time.ToUnixTimeMilliseconds() / 1000.0).Integer(2, step);

    private static ProtobufWriter Summary(ProtobufWriter value) => new ProtobufWriter().Message(1, value);

    private void Write(ProtobufWriter message) => RecordFraming.Write(file, message.Written);
}
