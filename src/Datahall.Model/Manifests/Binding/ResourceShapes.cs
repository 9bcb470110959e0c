using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Datahall.Model.Manifests.Binding;

/// <summary>The shapes of the kinds that manifests may contain.</summary>
internal static class ResourceShapes
{
    /// <summary>The fields that the server sets: written out with a resource, and ignored when they come back.</summary>
    public static FrozenSet<string> ServerSet { get; } = FrozenSet.Create("status", "generation", "created");

    /// <summary>The types of the kinds that people write, by kind.</summary>
    public static FrozenDictionary<string, Type> Types { get; } = ResourceJson.Options.GetTypeInfo(typeof(Resource)).PolymorphismOptions!
        .DerivedTypes.Where(static type => type.DerivedType != typeof(TaskResource) && type.DerivedType != typeof(Incident))
        .ToFrozenDictionary(static type => (string)type.TypeDiscriminator!, static type => type.DerivedType);

    /// <summary>The kinds that people write, in apply order.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [.. ResourceKinds.All.Where(Types.ContainsKey)];

    // Before the shapes, which are made with it.
    private static EitherShape Replicas { get; } = new(
        new IntegerShape(1, ReplicaRange.Most),
        new([new("min", new IntegerShape(1, ReplicaRange.Most), IsRequired: true, IsNullable: false), new("max", new IntegerShape(1, ReplicaRange.Most), IsRequired: true, IsNullable: false)]));

    /// <summary>The shapes by kind.</summary>
    public static FrozenDictionary<string, ObjectShape> ByKind { get; } =
        Types.ToFrozenDictionary(static type => type.Key, static type => Root(type.Value));

    /// <summary>The words of an enumeration, as they are written.</summary>
    public static IReadOnlyList<string> EnumNames(Type type) =>
    [
        .. type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(static field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name),
    ];

    /// <summary>The shape of a record that is no resource.</summary>
    /// <exception cref="NotSupportedException">A field has a type that has no form in a manifest.</exception>
    public static ObjectShape Of(Type type) => new([.. Fields(type).Select(Of)]);

    private static ObjectShape Root(Type type) => new([.. Fields(type).Where(static property => !ServerSet.Contains(property.Name)).Select(Of)]);

    private static Field Of(JsonPropertyInfo property)
    {
        var type = property.PropertyType;
        return new(
            property.Name,
            Of(Nullable.GetUnderlyingType(type) ?? type, Attribute<RangeAttribute>(property)),
            property.IsRequired,
            Nullable.GetUnderlyingType(type) is not null || (!type.IsValueType && property.IsSetNullable));
    }

    private static Shape Of(Type type, RangeAttribute? range)
    {
        var info = ResourceJson.Options.GetTypeInfo(type);
        return info switch
        {
            { Converter: IQuantityForm quantity } => new QuantityShape(quantity),
            { Converter: ReplicaRangeConverter } => Replicas,
            { Kind: JsonTypeInfoKind.Object } => Of(type),
            { Kind: JsonTypeInfoKind.Enumerable } => new ListShape(Of(info.ElementType!, null)),
            { Kind: JsonTypeInfoKind.Dictionary } => new MapShape(Of(info.ElementType!, null)),
            _ => Scalar(type, range),
        };
    }

    private static ScalarShape Scalar(Type type, RangeAttribute? range) => type switch
    {
        _ when type == typeof(string) => new TextShape(),
        _ when type == typeof(bool) => new BooleanShape(),
        _ when type == typeof(int) => IntegerShape.Of(range, int.MinValue, int.MaxValue),
        _ when type == typeof(long) => IntegerShape.Of(range, long.MinValue, long.MaxValue),
        _ when type == typeof(double) => NumberShape.Of(range),
        { IsEnum: true } => new EnumShape(EnumNames(type)),
        _ => throw new NotSupportedException($"{type} has no form in a manifest; give it one here"),
    };

    private static IEnumerable<JsonPropertyInfo> Fields(Type type) =>
        ResourceJson.Options.GetTypeInfo(type).Properties.Where(static property => property.Set is not null);

    private static T? Attribute<T>(JsonPropertyInfo property)
        where T : Attribute =>
        property.AttributeProvider?.GetCustomAttributes(typeof(T), true) is [T attribute, ..] ? attribute : null;
}
