using System.Text;

namespace Datahall.Cli.Output;

/// <summary>Where a verb writes: results to one side, everything else to the other.</summary>
internal sealed class Terminal
{
    private readonly bool _colourWanted;

    /// <summary>Writes to given texts, without colour or progress.</summary>
    public Terminal(TextWriter output, TextWriter error) => (Out, Error) = (output, error);

    private Terminal(TextWriter output, TextWriter error, bool interactive)
    {
        (Out, Error, IsInteractive) = (output, error, interactive);
        _colourWanted = interactive
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        HasColour = _colourWanted;
    }

    /// <summary>Results.</summary>
    public TextWriter Out { get; }

    /// <summary>Errors and remarks.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether a person watches the results as they come.</summary>
    public bool IsInteractive { get; }

    public bool HasColour { get; private set; }

    /// <summary>Held while a line is written by one of several writers.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess()
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var output = new StreamWriter(new StandardOutput(), encoding, bufferSize: 8192) { AutoFlush = false, NewLine = "\n" };
        return new(output, Console.Error, interactive: !Console.IsOutputRedirected);
    }

    public void UseColour(bool wanted) => HasColour = _colourWanted && wanted;

    /// <summary>Paints text on a terminal and leaves it alone elsewhere.</summary>
    public string Paint(string text, Ink ink) => HasColour && ink is not Ink.Plain ? $"\e[{(int)ink}m{text}\e[0m" : text;

    /// <summary>Text that people wait for goes out now.</summary>
    public void Line(string text)
    {
        Out.WriteLine(text);
        Out.Flush();
    }
}

/// <summary>Colours by their number in the SGR sequence (ECMA-48, 8.3.117).</summary>
internal enum Ink
{
    Plain = 0,
    Strong = 1,
    Faint = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
    Blue = 34,
    Magenta = 35,
    Cyan = 36,
}
