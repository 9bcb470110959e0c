using Datahall.Control.Inputs;
using Datahall.Energy.Attribution;
using Datahall.Model;
using Datahall.Server.Resources;

namespace Datahall.Server.Energy;

/// <summary>What jobs and services used so far: begun from what their status holds, so that a restart loses nothing that was written. For one caller at a time.</summary>
internal sealed class EnergyBooks(ResourceCache cache)
{
    private readonly Dictionary<ResourceKey, Book> books = [];

    /// <summary>Adds what an owner used.</summary>
    /// <param name="owner">The job or service; one that is gone is passed over.</param>
    /// <param name="share">What it used.</param>
    /// <param name="currency">The currency of the cost; empty without one.</param>
    /// <param name="now">Until when.</param>
    public void Add(ResourceKey owner, in EnergyShare share, string currency, DateTimeOffset now)
    {
        if (Open(owner, now) is not { } book)
        {
            return;
        }

        book.Total += share;
        book.Through = now;
        book.IsDirty = true;
        if (share.Cost is not null)
        {
            book.HasSeveralCurrencies |= book.Currency is { } known && known != currency;
            book.Currency ??= currency;
        }
    }

    /// <summary>Until when an owner's use is counted; null: nothing was counted yet.</summary>
    public DateTimeOffset? CountedThrough(ResourceKey owner) => StatusOf(cache.Find(owner))?.Through;

    /// <summary>The totals to write: all that changed, or only those of work that has ended.</summary>
    public IReadOnlyList<OwnerEnergy> Due(bool all)
    {
        var due = new List<OwnerEnergy>();
        foreach (var (owner, book) in books)
        {
            if (book.IsDirty && (all || HasEnded(owner)))
            {
                due.Add(new(owner, book.Created, book.ToUse()));
            }
        }

        due.Sort(static (a, b) => ResourceKey.Order.Compare(a.Owner, b.Owner));
        return due;
    }

    /// <summary>Totals were written.</summary>
    public void Recorded(IReadOnlyList<OwnerEnergy> written)
    {
        foreach (var (owner, _, use) in written)
        {
            if (books.TryGetValue(owner, out var book) && book.Through == use.Through)
            {
                book.IsDirty = false;
            }

            if (HasEnded(owner))
            {
                books.Remove(owner); // Should it go on after all, it goes on from its status.
            }
        }
    }

    private Book? Open(ResourceKey owner, DateTimeOffset now)
    {
        if (cache.Find(owner) is not { Created: { } created } resource)
        {
            books.Remove(owner);
            return null;
        }

        if (!books.TryGetValue(owner, out var book) || book.Created != created)
        {
            books[owner] = book = Book.Of(created, StatusOf(resource), now);
        }

        return book;
    }

    private bool HasEnded(ResourceKey owner) => cache.Find(owner) is null or Job { Status.Finished: not null };

    private static EnergyUse? StatusOf(Resource? owner) => owner switch
    {
        Job job => job.Status?.Energy,
        Service service => service.Status?.Energy,
        _ => null,
    };

    private sealed class Book
    {
        private const int Digits = 9; // Millijoules.

        public required DateTimeOffset Created { get; init; }

        public required DateTimeOffset Since { get; init; }

        public DateTimeOffset Through { get; set; }

        public EnergyShare Total { get; set; }

        public string? Currency { get; set; }

        public bool HasSeveralCurrencies { get; set; }

        public bool IsDirty { get; set; }

        public static Book Of(DateTimeOffset created, EnergyUse? use, DateTimeOffset now) => new()
        {
            Created = created,
            Since = use?.Since ?? now,
            Through = use?.Through ?? now,
            Currency = use?.Currency,
            Total = use is null ? default : new()
            {
                It = use.ItKilowattHours * EnergyUnits.JoulesPerKilowattHour,
                Measured = use.MeasuredKilowattHours * EnergyUnits.JoulesPerKilowattHour,
                Covered = use.CoveredKilowattHours * EnergyUnits.JoulesPerKilowattHour,
                Facility = use.FacilityKilowattHours * EnergyUnits.JoulesPerKilowattHour,
                Cooling = use.CoolingKilowattHours * EnergyUnits.JoulesPerKilowattHour,
                Cost = use.Cost,
                CarbonGrams = use.CarbonGrams,
                UncountedSeconds = use.UncountedSeconds,
            },
        };

        public EnergyUse ToUse() => new()
        {
            Since = Since,
            Through = Through,
            ItKilowattHours = KilowattHours(Total.It)!.Value,
            MeasuredKilowattHours = KilowattHours(Total.Measured)!.Value,
            CoveredKilowattHours = KilowattHours(Total.Covered)!.Value,
            FacilityKilowattHours = KilowattHours(Total.Facility),
            CoolingKilowattHours = KilowattHours(Total.Cooling),
            Cost = HasSeveralCurrencies ? null : Rounded(Total.Cost),
            Currency = HasSeveralCurrencies ? null : Currency,
            CarbonGrams = Rounded(Total.CarbonGrams),
            UncountedSeconds = Rounded(Total.UncountedSeconds)!.Value,
        };

        private static double? KilowattHours(double? joules) => Rounded(joules / EnergyUnits.JoulesPerKilowattHour);

        private static double? Rounded(double? value) => value is { } v ? Math.Round(v, Digits) : null;
    }
}
