using Datahall.Learning.Protobuf;

namespace Datahall.Learning.Tracking.TensorBoard;

/// <summary>One scalar of an event file; <see cref="Seconds"/> since 1970.</summary>
internal readonly record struct ScalarEvent(double Seconds, long Step, string Tag, double Value);

/// <summary>Reads the scalars of a folder of event files, ours or those of another program.</summary>
internal static class EventFileReader
{
    /// <summary>Reads the scalars of all event files of a folder in the order they were written; a restart drops what it starts over.</summary>
    /// <exception cref="LearningException">A file is damaged.</exception>
    public static IReadOnlyList<ScalarEvent> ReadScalars(string folder)
    {
        var scalars = new List<ScalarEvent>();
        foreach (var path in Directory.EnumerateFiles(folder, "*tfevents*").Order(StringComparer.Ordinal))
        {
            try
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                while (RecordFraming.Read(file) is { } record)
                {
                    ReadEvent(record, scalars);
                }
            }
            catch (InvalidDataException e)
            {
                throw new LearningException($"{path} is damaged: {e.Message}; remove the file to read the others of its folder", e);
            }
        }

        return scalars;
    }

    private static void ReadEvent(byte[] record, List<ScalarEvent> scalars)
    {
        var seconds = 0.0;
        var step = 0L;
        var restart = false;
        var found = new List<(string Tag, double Value)>();
        var reader = new ProtobufReader(record);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    seconds = reader.Double();
                    break;
                case 2:
                    step = reader.Integer();
                    break;
                case 5:
                    ReadSummary(reader.Bytes(), found);
                    break;
                case 7:
                    restart = ReadsStart(reader.Bytes());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (restart)
        {
            scalars.RemoveAll(scalar => scalar.Step >= step);
        }

        scalars.AddRange(found.Select(value => new ScalarEvent(seconds, step, value.Tag, value.Value)));
    }

    private static void ReadSummary(ReadOnlySpan<byte> summary, List<(string Tag, double Value)> found)
    {
        var reader = new ProtobufReader(summary);
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                ReadValue(reader.Bytes(), found);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadValue(ReadOnlySpan<byte> message, List<(string Tag, double Value)> found)
    {
        var tag = "";
        double? value = null;
        var reader = new ProtobufReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    tag = reader.Text();
                    break;
                case 2:
                    value = reader.Float();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (value is { } scalar)
        {
            found.Add((tag, scalar));
        }
    }

    private static bool ReadsStart(ReadOnlySpan<byte> sessionLog)
    {
        var reader = new ProtobufReader(sessionLog);
        var start = false;
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                start = reader.Integer() == 1;
            }
            else
            {
                reader.Skip();
            }
        }

        return start;
    }
}
