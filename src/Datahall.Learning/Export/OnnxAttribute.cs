using Datahall.Learning.Protobuf;

namespace Datahall.Learning.Export;

/// <summary>A named attribute of an operator.</summary>
internal readonly struct OnnxAttribute
{
    private const int FloatKind = 1;
    private const int IntegerKind = 2;
    private const int IntegersKind = 7;

    private readonly Func<ProtobufWriter> write;

    private OnnxAttribute(Func<ProtobufWriter> write) => this.write = write;

    public static OnnxAttribute Of(string name, float value) =>
        new(() => new ProtobufWriter().Text(1, name).Float(2, value).Integer(20, FloatKind));

    public static OnnxAttribute Of(string name, long value) =>
        new(() => new ProtobufWriter().Text(1, name).Integer(3, value).Integer(20, IntegerKind));

    public static OnnxAttribute Of(string name, IReadOnlyList<long> values) => new(() =>
    {
        var attribute = new ProtobufWriter().Text(1, name);
        foreach (var value in values)
        {
            attribute.Integer(8, value);
        }

        return attribute.Integer(20, IntegersKind);
    });

    public ProtobufWriter Write() => write();
}
