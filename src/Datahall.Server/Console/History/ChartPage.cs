using Datahall.Server.Console.Live;
using Microsoft.AspNetCore.Components;

namespace Datahall.Server.Console.History;

/// <summary>A page with charts whose range stands in its address.</summary>
public abstract class ChartPage : LivePage
{
    private DateTimeOffset read;

    [Inject]
    private protected SeriesHistory History { get; set; } = default!;

    /// <summary>The word of the range, from the address.</summary>
    [SupplyParameterFromQuery(Name = "range")]
    public string? RangeWord { get; set; }

    /// <summary>The range that the charts show.</summary>
    private protected ChartRange Range => ChartRange.Of(RangeWord);

    /// <summary>Reads the charts anew.</summary>
    private protected abstract Task LoadChartsAsync();

    /// <inheritdoc/>
    private protected override async Task LoadAsync(LivePulse pulse)
    {
        var now = Time.GetUtcNow();
        if (pulse.HasFlag(LivePulse.Address) || (pulse.HasFlag(LivePulse.Readings) && now - read >= Range.Fresh))
        {
            read = now;
            await LoadChartsAsync();
        }
    }
}
