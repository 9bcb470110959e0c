using System.Collections;
using System.Text.Json.Serialization.Metadata;
using Datahall.Model.Manifests.Binding;

namespace Datahall.Model.Tests.Manifests;

/// <summary>Makes resources with any values in any fields, found through the metadata: a field added tomorrow is tried too.</summary>
/// <remarks>Each field keeps its initial value, gets the default of its type, or gets any value, a third each.</remarks>
internal sealed class AnyResource(int seed)
{
    private static readonly string[] Texts =
    [
        "a", "", " ", "true", "No", "null", "~", "1", "-1.5", "0x1F", "1e3", "1:30", "2026-01-01", "=", "<<", "- a", "a: b", "a #b", "#", "[", "{a}", "*a", "&a", "!a",
        "|", ">", "'", "\"", "%", "@", "`", "?", ":", "-", "---", "...", "a\nb", "a\n", "\na", "  a", "a  ", "\ta", "a\r\nb", "\u0085", "\u2028x", "\ufeff", "\u0007", "搜索", "😀",
        "C:\\x", new string('x', 2000), "sh -c 'echo \"$(PORT)\"'",
    ];

    private readonly Random random = new(seed);

    public Resource Make()
    {
        var types = ResourceJson.Options.GetTypeInfo(typeof(Resource)).PolymorphismOptions!.DerivedTypes;
        return (Resource)Object(types[random.Next(types.Count)].DerivedType);
    }

    private object Object(Type type)
    {
        var made = Activator.CreateInstance(type)!;
        foreach (var property in ResourceJson.Options.GetTypeInfo(type).Properties.Where(static property => property.Set is not null))
        {
            var choice = random.Next(3);
            if (choice > 0 || property.IsRequired)
            {
                property.Set!(made, choice == 1 ? Least(property) : Any(property.PropertyType));
            }
        }

        return made;
    }

    /// <summary>What a program may put there that is nearest to nothing.</summary>
    private object? Least(JsonPropertyInfo property)
    {
        var type = property.PropertyType;
        if (Nullable.GetUnderlyingType(type) is not null || (!type.IsValueType && property.IsSetNullable))
        {
            return null;
        }

        return type.IsValueType ? Activator.CreateInstance(type) : type == typeof(string) ? "" : Any(type);
    }

    private object Any(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var info = ResourceJson.Options.GetTypeInfo(type);
        return info switch
        {
            { Kind: JsonTypeInfoKind.Enumerable } => List(info.ElementType!),
            { Kind: JsonTypeInfoKind.Dictionary, ElementType: var element } when element != typeof(string) => Amounts(type, element!),
            { Kind: JsonTypeInfoKind.Dictionary } => Enumerable.Range(0, random.Next(3)).Select(_ => Text()).Distinct().ToDictionary(static key => key, _ => Text()),
            { Converter: IQuantityForm } => Activator.CreateInstance(type, random.NextInt64(1L << random.Next(1, 53)))!,
            { Kind: JsonTypeInfoKind.Object } => Object(type),
            _ when type == typeof(ReplicaRange) => Range(),
            _ when type.IsEnum => Enum.GetValues(type).GetValue(random.Next(ResourceShapes.EnumNames(type).Count))!,
            _ when type == typeof(string) => Text(),
            _ when type == typeof(bool) => random.Next(2) == 0,
            _ when type == typeof(int) => random.Next(int.MinValue, int.MaxValue),
            _ when type == typeof(long) => random.NextInt64(long.MinValue, long.MaxValue),
            _ when type == typeof(double) => random.NextDouble() * 1e6,
            _ when type == typeof(DateOnly) => DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber)),
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero),
            _ => throw new NotSupportedException($"{type} needs a random value here"),
        };
    }

    private ReplicaRange Range()
    {
        var min = random.Next(1, 100);
        return new(min, min + random.Next(3));
    }

    private IDictionary Amounts(Type type, Type element)
    {
        var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), element))!;
        for (var i = random.Next(3); i > 0; i--)
        {
            map[Text()] = Any(element);
        }

        return type.IsInstanceOfType(map) ? map : throw new NotSupportedException($"{type} is no map of texts");
    }

    private Array List(Type element)
    {
        var list = Array.CreateInstance(element, random.Next(3));
        for (var i = 0; i < list.Length; i++)
        {
            ((IList)list)[i] = Any(element);
        }

        return list;
    }

    private string Text() => Texts[random.Next(Texts.Length)];
}
