using Datahall.Server.Console.Live;
using Microsoft.AspNetCore.Components;

namespace Datahall.Server.Console.History;

/// <summary>A page with charts whose range stands in its address.</summary>
public abstract class ChartPage : LivePage
{
    private (ChartRange Range, string Subject)? shown;
    private DateTimeOffset read;
    private bool isPatient;

    [Inject]
    private protected SeriesHistory History { get; set; } = default!;

    /// <summary>The word of the range, from the address.</summary>
    [SupplyParameterFromQuery(Name = "range")]
    public string? RangeWord { get; set; }

    /// <summary>The range that the charts show.</summary>
    private protected ChartRange Range => ChartRange.Of(RangeWord);

    /// <summary>What the charts are of.</summary>
    private protected virtual string Subject => "";

    /// <summary>Reads the charts anew with <see cref="ReadAsync"/>, all at once.</summary>
    private protected abstract Task LoadChartsAsync();

    /// <summary>Reads one chart.</summary>
    private protected Task<ChartData> ReadAsync(string metric, IReadOnlyDictionary<string, string> labels, string? nameBy = null) =>
        isPatient ? History.ReadAsync(metric, labels, Range.Length, nameBy) : Task.FromResult(History.Read(metric, labels, Range.Length, nameBy));

    /// <inheritdoc/>
    private protected override async Task LoadAsync(LivePulse pulse)
    {
        var now = Time.GetUtcNow();
        if (shown != (Range, Subject))
        {
            // What memory has is there at once; what Prometheus has follows, and the first answer does not wait for it.
            (shown, read, isPatient) = ((Range, Subject), now, false);
            await LoadChartsAsync();
            isPatient = true;
            if (RendererInfo.IsInteractive && History.IsElsewhere(Range))
            {
                await LoadChartsAsync();
            }
        }
        else if (pulse.HasFlag(LivePulse.Readings) && now - read >= Range.Fresh)
        {
            read = now;
            await LoadChartsAsync();
        }
    }
}
