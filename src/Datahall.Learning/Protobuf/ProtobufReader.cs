using System.Buffers.Binary;
using System.Text;

namespace Datahall.Learning.Protobuf;

/// <summary>Reads a protocol buffers message field by field: <see cref="Next"/>, then the value by the kind that the schema gives it.</summary>
/// <exception cref="InvalidDataException">From any member: the bytes are no such message.</exception>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> rest = message;
    private int wireType;

    /// <summary>The number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>Goes to the next field; false at the end of the message.</summary>
    public bool Next()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        var key = Number();
        Field = (int)(key >> 3);
        wireType = (int)(key & 7);
        return true;
    }

    public long Integer() => (long)Number();

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public float Float() => BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));

    public ReadOnlySpan<byte> Bytes() => Take(Number());

    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>Passes over the value of a field that the reader has no use for.</summary>
    public void Skip()
    {
        switch (wireType)
        {
            case 0:
                Number();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Bytes();
                break;
            case 5:
                Take(4);
                break;
            default:
                throw new InvalidDataException($"field {Field} has the unknown wire type {wireType}");
        }
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)rest.Length)
        {
            throw new InvalidDataException($"field {Field} is cut off: it wants {count} bytes, {rest.Length} are left");
        }

        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }

    private ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Take(1)[0];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number has more than ten bytes");
    }
}
