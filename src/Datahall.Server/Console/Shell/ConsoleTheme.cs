using MudBlazor;

namespace Datahall.Server.Console.Shell;

/// <summary>The console's colours, chosen so that text keeps a contrast of 4.5 in both themes.</summary>
internal static class ConsoleTheme
{
    private static readonly string[] Fonts =
        ["system-ui", "Segoe UI", "Helvetica Neue", "Arial", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0b6e75",
            Secondary = "#5b4a9c",
            Info = "#1f5fa8",
            Success = "#1d7033",
            Warning = "#8f5200",
            Error = "#b3261e",
            TextPrimary = "#1c2427",
            TextSecondary = "#4a565b",
            Background = "#f4f6f7",
            Surface = "#ffffff",
            LinesDefault = "#d5dcdf",
            TableLines = "#d5dcdf",
            ActionDefault = "#4a565b",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#5cc8d0",
            PrimaryContrastText = "#06282b",
            Secondary = "#b9a8f2",
            Info = "#8fc1f7",
            InfoContrastText = "#0b2239",
            Success = "#7fd394",
            SuccessContrastText = "#0b2a14",
            Warning = "#f0b35e",
            WarningContrastText = "#331f00",
            Error = "#ff8f86",
            ErrorContrastText = "#3b0906",
            TextPrimary = "#e4eaec",
            TextSecondary = "#aab6ba",
            Background = "#12181a",
            Surface = "#1b2326",
            LinesDefault = "#344044",
            TableLines = "#344044",
            ActionDefault = "#aab6ba",
        },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = Fonts, FontSize = "0.9375rem" } },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px" },
    };
}
