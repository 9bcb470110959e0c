using System.Buffers.Binary;

namespace Datahall.Learning.Natives;

/// <summary>Makes weak those symbol versions that a library asks for and never uses.</summary>
/// <remarks>
/// The C++ compiler leaves anchors behind: undefined symbols that nothing relocates against, so nothing ever looks them up. The loader
/// still refuses a library whose version of such an anchor the host does not have, unless the need carries the weak flag (LSB Core 5.0,
/// 11.7.3, <c>VER_FLG_WEAK</c>). Setting that flag on a version no relocation reaches cannot change what the library does.
/// </remarks>
internal static class VersionNeeds
{
    private const int WeakFlag = 2;
    private const int RelocationSize = 24;

    /// <summary>A copy of the library whose unused versions are weak, and their names; no names when there is nothing to change.</summary>
    /// <exception cref="LearningException">The bytes are no 64-bit ELF library, or are cut short.</exception>
    public static (byte[] Library, IReadOnlyList<string> Weakened) WeakenUnused(byte[] library, string name)
    {
        var image = ElfImage.Parse(library, name);
        try
        {
            var used = UsedVersions(image);
            var copy = (byte[])library.Clone();
            List<string> weakened = [];
            foreach (var (entry, index, version) in Needs(image))
            {
                var flags = image.UInt16(entry + 4);
                if (!used.Contains(index) && (flags & WeakFlag) == 0)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(entry + 4), (ushort)(flags | WeakFlag));
                    weakened.Add(version);
                }
            }

            return (copy, weakened);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new LearningException($"{name} is cut short ({library.Length} bytes); restore the package that brings it", e);
        }
    }

    /// <summary>The version indexes of all symbols that a relocation refers to.</summary>
    private static HashSet<int> UsedVersions(ElfImage image)
    {
        HashSet<int> used = [];
        if (image[DynamicTag.SymbolVersions] == 0)
        {
            return used;
        }

        var versions = image.OffsetOf(image[DynamicTag.SymbolVersions]);
        foreach (var (table, size) in (ReadOnlySpan<(DynamicTag, DynamicTag)>)
                 [
                     (DynamicTag.Relocations, DynamicTag.RelocationsSize),
                     (DynamicTag.PltRelocations, DynamicTag.PltRelocationsSize),
                 ])
        {
            for (ulong at = 0; at < image[size]; at += RelocationSize)
            {
                var symbol = (int)(image.UInt64(image.OffsetOf(image[table] + at) + 8) >> 32);
                used.Add(image.UInt16(versions + 2 * symbol) & 0x7fff);
            }
        }

        return used;
    }

    /// <summary>Each needed version: where its entry is in the file, its index in the table of symbol versions, and its name.</summary>
    private static IEnumerable<(int Entry, int Index, string Version)> Needs(ElfImage image)
    {
        if (image[DynamicTag.VersionNeedCount] == 0)
        {
            yield break;
        }

        var file = image.OffsetOf(image[DynamicTag.VersionNeeds]);
        for (var i = 0UL; i < image[DynamicTag.VersionNeedCount]; i++)
        {
            var entry = file + (int)image.UInt32(file + 8);
            for (var k = image.UInt16(file + 2); k > 0; k--)
            {
                yield return (entry, image.UInt16(entry + 6), image.StringAt(image.UInt32(entry + 8)));
                entry += (int)image.UInt32(entry + 12);
            }

            file += (int)image.UInt32(file + 12);
        }
    }
}
