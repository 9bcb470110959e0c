using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Datahall.Cli.Output;

/// <summary>What a long-running verb logs: to standard error, a line each.</summary>
internal static class ErrorLog
{
    /// <summary>Makes the log.</summary>
    /// <param name="verbose">Whether events of operation are logged, not only warnings.</param>
    public static ILoggerFactory Open(bool verbose) => LoggerFactory.Create(builder => builder
        .SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.Warning)
        .AddSimpleConsole(static console => console.SingleLine = true)
        .Services.Configure<ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace));
}
