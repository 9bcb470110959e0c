using System.Runtime.Intrinsics.X86;

namespace Datahall.Learning.Networks;

/// <summary>In which numbers the matrix products of a model are computed; weights, sums and norms stay float32.</summary>
internal enum Precision
{
    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>Brain floating point, 16 bits: the range of float32, 8 bits of mantissa.</summary>
    BFloat16,
}

/// <summary>What the processor says of its matrix units.</summary>
internal static class PrecisionSupport
{
    /// <summary>Whether bfloat16 products are faster than float32 here: AMX-BF16 or AVX512-BF16. Without them they are 5 to 100 times slower.</summary>
    /// <remarks>Source: Intel SDM vol. 2A, CPUID leaf 7: sub-leaf 0 EDX bit 22, sub-leaf 1 EAX bit 5.</remarks>
    public static bool BFloat16IsFast { get; } =
        X86Base.IsSupported && ((X86Base.CpuId(7, 0).Edx >> 22 & 1) == 1 || (X86Base.CpuId(7, 1).Eax >> 5 & 1) == 1);
}
