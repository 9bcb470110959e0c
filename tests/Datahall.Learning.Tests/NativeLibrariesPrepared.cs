using System.Runtime.CompilerServices;
using Datahall.Learning.Natives;

namespace Datahall.Learning;

/// <summary>Loads the native libraries before any test can touch TorchSharp, whichever comes first.</summary>
internal static class NativeLibrariesPrepared
{
    [ModuleInitializer]
    internal static void Prepare() => NativeLibraries.Prepare();
}
