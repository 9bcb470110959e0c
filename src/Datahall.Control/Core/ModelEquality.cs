using System.Text.Json;
using Datahall.Model;

namespace Datahall.Control.Core;

/// <summary>Whether two parts of resources say the same, by their JSON: records compare the lists inside them by reference.</summary>
internal static class ModelEquality
{
    public static bool Same<T>(T a, T b)
    {
        if (ReferenceEquals(a, b))
        {
            return true;
        }

        var type = ResourceJson.Options.GetTypeInfo(typeof(T));
        return JsonSerializer.SerializeToUtf8Bytes(a, type).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(b, type));
    }
}
