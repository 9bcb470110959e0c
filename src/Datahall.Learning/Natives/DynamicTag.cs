namespace Datahall.Learning.Natives;

/// <summary>The entries of a dynamic section that symbol versions need.</summary>
internal enum DynamicTag : ulong
{
    StringTable = 5,
    SymbolTable = 6,
    Relocations = 7,
    RelocationsSize = 8,
    PltRelocationsSize = 2,
    PltRelocations = 23,
    SymbolVersions = 0x6ffffff0,
    VersionNeeds = 0x6ffffffe,
    VersionNeedCount = 0x6fffffff,
}
