using Spectre.Console;

namespace Datahall.Learning.Commands;

/// <summary>Where tables go: colours and the terminal's width for people, plain and wide text for programs.</summary>
internal static class Screen
{
    private const int WidthOfFiles = 200;

    /// <summary>The console of this process.</summary>
    public static IAnsiConsole Console { get; } = Create();

    private static IAnsiConsole Create()
    {
        var isFile = System.Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new() { Ansi = isFile ? AnsiSupport.No : AnsiSupport.Detect, ColorSystem = isFile ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect });
        if (isFile)
        {
            console.Profile.Width = WidthOfFiles;
        }

        return console;
    }
}
