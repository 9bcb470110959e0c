namespace Datahall.Gateway.Hosting;

/// <summary>Names of gateways.</summary>
public static class GatewayNames
{
    private const int Longest = 63;

    /// <summary>This machine's name, in the letters that a gateway's name may have.</summary>
    public static string OfMachine()
    {
        var name = string.Concat(Environment.MachineName.ToLowerInvariant().Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' ? letter : '-'));
        return name.Length == 0 ? "gateway" : name[..Math.Min(name.Length, Longest)];
    }
}
