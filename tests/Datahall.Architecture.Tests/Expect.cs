namespace Datahall.Architecture.Tests;

/// <summary>Assertions that print all they found: the framework's own cut long texts short.</summary>
internal static class Expect
{
    public static void None(IEnumerable<string> findings)
    {
        var found = findings.ToList();
        Assert.True(found.Count == 0, $"{found.Count} found:\n{string.Join('\n', found)}");
    }
}
