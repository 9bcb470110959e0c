using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Datahall.Model.Manifests.Syntax;

namespace Datahall.Model.Manifests.Binding;

/// <summary>Text; a number, true or false without quotes is taken as it is written.</summary>
internal sealed class TextShape : ScalarShape
{
    public override string? Write(in ManifestNode node, Utf8JsonWriter writer)
    {
        if (!node.IsScalar || node.IsNull)
        {
            return Expected("text", node);
        }

        writer.WriteStringValue(node.Text);
        return null;
    }

    public override void WritePlaceholder(Utf8JsonWriter writer) => writer.WriteStringValue("x");
}

/// <summary>True or false.</summary>
internal sealed class BooleanShape : ScalarShape
{
    public override string? Write(in ManifestNode node, Utf8JsonWriter writer)
    {
        if (node.Kind is not NodeForm.Plain || PlainScalar.Boolean(node.Text) is not { } value)
        {
            var hint = node.Kind is NodeForm.Quoted && PlainScalar.Boolean(node.Text) is not null ? "; remove the quotes" : "";
            return Expected("true or false", node) + hint;
        }

        writer.WriteBooleanValue(value);
        return null;
    }

    public override void WritePlaceholder(Utf8JsonWriter writer) => writer.WriteBooleanValue(false);
}

/// <summary>A whole number within a range.</summary>
internal sealed class IntegerShape(long minimum, long maximum) : ScalarShape
{
    public static IntegerShape Of(RangeAttribute? range, long minimum, long maximum) => range is null
        ? new(minimum, maximum)
        : new(Convert.ToInt64(range.Minimum, CultureInfo.InvariantCulture), Convert.ToInt64(range.Maximum, CultureInfo.InvariantCulture));

    public override string? Write(in ManifestNode node, Utf8JsonWriter writer)
    {
        if (node.Kind is not NodeForm.Plain || !PlainScalar.TryInteger(node.Text, out var value))
        {
            var hint = node.Kind is NodeForm.Quoted && PlainScalar.TryInteger(node.Text, out _) ? "; remove the quotes" : "";
            return Expected(string.Create(CultureInfo.InvariantCulture, $"a whole number from {minimum} to {maximum}"), node) + hint;
        }

        if (value < minimum || value > maximum)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{value} is out of range; it may be from {minimum} to {maximum}");
        }

        writer.WriteNumberValue(value);
        return null;
    }

    public override void WritePlaceholder(Utf8JsonWriter writer) => writer.WriteNumberValue(minimum);
}

/// <summary>A number, fractions too.</summary>
internal sealed class NumberShape(double minimum, double maximum) : ScalarShape
{
    public static NumberShape Of(RangeAttribute? range) => range is null
        ? new(double.MinValue, double.MaxValue)
        : new(Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture), Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture));

    public override string? Write(in ManifestNode node, Utf8JsonWriter writer)
    {
        if (node.Kind is not NodeForm.Plain || !PlainScalar.TryNumber(node.Text, out var value))
        {
            return Expected("a number", node);
        }

        if (value < minimum || value > maximum)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{value} is out of range; it may be from {minimum} to {maximum}");
        }

        writer.WriteNumberValue(value);
        return null;
    }

    public override void WritePlaceholder(Utf8JsonWriter writer) => writer.WriteNumberValue(minimum);
}

/// <summary>One of a few words.</summary>
internal sealed class EnumShape(IReadOnlyList<string> names) : ScalarShape
{
    public override string? Write(in ManifestNode node, Utf8JsonWriter writer)
    {
        if (!node.IsScalar || node.IsNull)
        {
            return Expected($"one of {string.Join(", ", names)}", node);
        }

        if (!names.Contains(node.Text))
        {
            return $"{Wording.Quote(node.Text)} is not a value of this field{Wording.Choices(node.Text, names)}";
        }

        writer.WriteStringValue(node.Text);
        return null;
    }

    public override void WritePlaceholder(Utf8JsonWriter writer) => writer.WriteStringValue(names[0]);
}

/// <summary>A number with a unit.</summary>
internal sealed class QuantityShape(IQuantityForm form) : ScalarShape
{
    public override string? Write(in ManifestNode node, Utf8JsonWriter writer)
    {
        if (!node.IsScalar || node.IsNull)
        {
            return Expected($"an amount such as {form.Example}", node);
        }

        if (!form.CanRead(node.Text))
        {
            return form.Refusal(Wording.Shorten(node.Text, 40));
        }

        writer.WriteStringValue(node.Text);
        return null;
    }

    public override void WritePlaceholder(Utf8JsonWriter writer) => writer.WriteStringValue("0");
}
