using Datahall.Model;

namespace Datahall.Control.Scaling;

/// <summary>How many requests came on the last days, by time of day, and what follows from it for the time ahead.</summary>
/// <remarks>
/// Seasonal with a level: what comes at a time of day is what four of five of the last days did not exceed in that minute, times how today compares with
/// it over the last hour, from 0.5 to 2.
/// </remarks>
public sealed class DemandProfile
{
    private const double UsualQuantile = 0.8;

    private readonly SortedList<DateOnly, double[]> days = [];

    /// <summary>The slots of a day: its minutes.</summary>
    public const int Slots = 1440;

    /// <summary>How many days are known, today included.</summary>
    public int Days => days.Count;

    /// <summary>A profile that <see cref="Save"/> wrote.</summary>
    public static DemandProfile Load(IReadOnlyList<DemandDay> saved)
    {
        var profile = new DemandProfile();
        foreach (var day in saved)
        {
            if (day.RequestsPerSecond(Slots) is { } slots) // A store of another version may cut days differently; then they are learned anew.
            {
                profile.days[day.Day] = slots;
            }
        }

        return profile;
    }

    /// <summary>The profile in a form to keep: at most so many days before today, and today.</summary>
    public IReadOnlyList<DemandDay> Save(int most) => [.. days.TakeLast(most + 1).Select(static day => DemandDay.Of(day.Key, day.Value))];

    /// <summary>Notes what comes.</summary>
    /// <param name="local">When, in the service's time zone.</param>
    /// <param name="requestsPerSecond">How many requests a second, 0 or more; the most of a slot counts.</param>
    /// <param name="most">How many days before today are kept.</param>
    public void Note(DateTimeOffset local, double requestsPerSecond, int most)
    {
        var day = DateOnly.FromDateTime(local.DateTime);
        if (!days.TryGetValue(day, out var slots))
        {
            days[day] = slots = new double[Slots];
            while (days.Count > most + 1)
            {
                days.RemoveAt(0);
            }
        }

        var slot = SlotOf(local);
        slots[slot] = Math.Max(slots[slot], requestsPerSecond);
    }

    /// <summary>The most requests a second that are likely in the time ahead; 0 when no day before today is known.</summary>
    /// <param name="local">The present, in the service's time zone.</param>
    /// <param name="lead">How far ahead.</param>
    public double Forecast(DateTimeOffset local, TimeSpan lead)
    {
        var most = 0.0;
        var slotLength = TimeSpan.FromDays(1.0 / Slots);
        for (var ahead = TimeSpan.Zero; ahead <= lead + slotLength; ahead += slotLength)
        {
            var time = ahead < lead ? local + ahead : local + lead;
            most = Math.Max(most, Usual(DateOnly.FromDateTime(time.DateTime), SlotOf(time)));
        }

        return most * Level(local, most);
    }

    // A quarter of an hour like the usual one is added, so that a few minutes do not say that the whole day is another.
    private double Level(DateTimeOffset local, double usualAhead)
    {
        const int slotsOfAnHour = Slots / 24;
        var today = usualAhead * slotsOfAnHour / 4;
        var usual = today;
        for (var back = 1; back <= slotsOfAnHour; back++)
        {
            var time = local - TimeSpan.FromDays((double)back / Slots);
            var day = DateOnly.FromDateTime(time.DateTime);
            today += days.GetValueOrDefault(day)?[SlotOf(time)] ?? 0;
            usual += Usual(day, SlotOf(time));
        }

        return usual > 0 ? Math.Clamp(today / usual, 0.5, 2) : 1;
    }

    // Four of five days had less (type 7 of Hyndman and Fan): days differ, and what is missing costs more than what is too much.
    private double Usual(DateOnly before, int slot)
    {
        Span<double> known = stackalloc double[days.Count];
        var count = 0;
        foreach (var (day, slots) in days)
        {
            if (day < before)
            {
                known[count++] = slots[slot];
            }
        }

        known = known[..count];
        known.Sort();
        if (count == 0)
        {
            return 0;
        }

        var at = UsualQuantile * (count - 1);
        var below = known[(int)at];
        return below + ((at - (int)at) * (known[Math.Min((int)at + 1, count - 1)] - below));
    }

    private static int SlotOf(DateTimeOffset local) => (int)(local.TimeOfDay.TotalDays * Slots);
}
