using Datahall.Server.Console.Shell;
using Microsoft.AspNetCore.Components;

namespace Datahall.Server.Console.Live;

/// <summary>A page or a part of one that follows what is committed.</summary>
/// <remarks>It draws anew only when a kind that it shows has changed, or readings and ages are due.</remarks>
public abstract class LivePage : ComponentBase, IDisposable
{
    private IDisposable? subscription;
    private long drawn = -1;
    private int due;

    [Inject]
    private protected LiveResources Live { get; set; } = default!;

    [Inject]
    private protected Visitor Me { get; set; } = default!;

    [Inject]
    private protected TimeProvider Time { get; set; } = default!;

    /// <summary>The resources that this drawing shows.</summary>
    private protected ResourceSet Set { get; private set; } = ResourceSet.Of(-1, []);

    /// <summary>The kinds whose changes matter; null: whatever is committed, events too.</summary>
    private protected abstract IReadOnlyList<string>? Kinds { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the following.</summary>
    protected virtual void Dispose(bool disposing) => subscription?.Dispose();

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        TakeUp();
        await LoadAsync(LivePulse.Changes | LivePulse.Readings);
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        // Only now: a page that is only drawn for the first answer has nobody to follow for.
        if (firstRender)
        {
            subscription = Live.Subscribe(OnPulse);
            OnPulse(LivePulse.Changes); // For what came between the drawing and now.
        }
    }

    /// <summary>Takes up what stands beside the resources, before each drawing; nothing unless overridden.</summary>
    private protected virtual Task LoadAsync(LivePulse pulse) => Task.CompletedTask;

    // A page that is still to be drawn is not told again: when its turn comes it takes up all that came meanwhile.
    private void OnPulse(LivePulse pulse)
    {
        if (Interlocked.Or(ref due, (int)pulse) == 0)
        {
            _ = InvokeAsync(DrawAsync);
        }
    }

    private async Task DrawAsync()
    {
        // A change may be seen before its pulse comes: what is new is asked of the resources, not of the pulse.
        var pulse = (LivePulse)Interlocked.Exchange(ref due, 0) & LivePulse.Readings;
        pulse |= TakeUp() ? LivePulse.Changes : LivePulse.None;
        if (pulse is not LivePulse.None)
        {
            await LoadAsync(pulse);
            StateHasChanged();
        }
    }

    private bool TakeUp()
    {
        Set = Live.Current;
        var newest = Kinds?.Max(Set.ChangedAt) ?? Set.Revision;
        (var isNew, drawn) = (newest != drawn, newest);
        return isNew;
    }
}
