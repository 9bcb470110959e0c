namespace Datahall.Learning;

/// <summary>The <c>datahall-learn</c> program.</summary>
internal static class Program
{
    private static int Main() => 0;
}
