namespace Datahall.Learning.Export;

/// <summary>
/// Symmetric 8-bit integers with a scale for each channel: w ≈ scale · q, q in [-64, 64], scale = max |w| / 64.
/// Source: Krishnamoorthi, Quantizing deep convolutional networks for efficient inference (2018), sections 2.2 and 3.1.
/// </summary>
internal static class Quantization
{
    /// <summary>
    /// Half the range: processors without VNNI add two products in 16 bits, 255 · q₁ + 255 · q₂, and cut off what is more than 32,767.
    /// With the whole range the answers would depend on the processor, and were further from float32 on such a one.
    /// </summary>
    private const float Largest = 64;

    /// <summary>Quantises the columns of a matrix [rows, columns].</summary>
    public static (sbyte[] Values, float[] Scales) Columns(float[] matrix, int columns)
    {
        var scales = new float[columns];
        for (var i = 0; i < matrix.Length; i++)
        {
            scales[i % columns] = Math.Max(scales[i % columns], Math.Abs(matrix[i]) / Largest);
        }

        var values = new sbyte[matrix.Length];
        for (var i = 0; i < matrix.Length; i++)
        {
            values[i] = Quantise(matrix[i], scales[i % columns]);
        }

        return (values, scales);
    }

    /// <summary>Quantises the rows of a matrix [rows, columns].</summary>
    public static (sbyte[] Values, float[] Scales) Rows(float[] matrix, int columns)
    {
        var scales = new float[matrix.Length / columns];
        var values = new sbyte[matrix.Length];
        for (var row = 0; row < scales.Length; row++)
        {
            var numbers = matrix.AsSpan(row * columns, columns);
            var largest = 0f;
            foreach (var number in numbers)
            {
                largest = Math.Max(largest, Math.Abs(number));
            }

            scales[row] = largest / Largest;
            for (var column = 0; column < columns; column++)
            {
                values[(row * columns) + column] = Quantise(numbers[column], scales[row]);
            }
        }

        return (values, scales);
    }

    private static sbyte Quantise(float value, float scale) => scale == 0 ? (sbyte)0 : (sbyte)Math.Round(value / scale);
}
