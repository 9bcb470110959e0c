using System.Runtime.CompilerServices;

namespace Datahall.Energy.Curves;

/// <summary>Checks of parameters: a model that was made is a model that computes.</summary>
internal static class Require
{
    public static double Finite(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be a finite number");

    public static double NotNegative(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        Finite(value, name) >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be 0 or more");

    public static double Positive(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        Finite(value, name) > 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be above 0");

    public static double Share(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        Finite(value, name) is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be from 0 to 1");

    public static void SameLength(int length, int other, string what)
    {
        if (length != other)
        {
            throw new ArgumentException($"{what}: {length} and {other} values; give as many of the one as of the other");
        }
    }
}
