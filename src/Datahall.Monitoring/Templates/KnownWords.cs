using System.Collections.Frozen;
using System.Text;

namespace Datahall.Monitoring.Templates;

/// <summary>Words with a meaning of their own in any log: units of measure, names of days and months, truth values, and nouns that a name follows.</summary>
internal static class KnownWords
{
    private const int LongestUnit = 12;

    private static readonly FrozenSet<ulong> Units = Set(
        "B b kB KB MB GB TB PB KiB MiB GiB TiB Kb Mb Gb byte bytes Bytes bit bits ns us ms s sec secs second seconds msec msecs usec usecs "
        + "nanoseconds microsecond microseconds millisecond milliseconds min mins minute minutes hr hrs hour hours day days Hz kHz KHz MHz GHz W kW MW rpm RPM");

    private static readonly FrozenSet<ulong> CalendarNames = Set(
        "Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec "
        + "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August September October November December");

    private static readonly FrozenSet<ulong> TruthValues = Set("true false TRUE FALSE True False null NULL None nil yes no YES NO on off");

    private static readonly FrozenSet<ulong> NounsBeforeNames = Set("user User host Host username hostname");

    /// <summary>Whether a number before this word is a measure in it.</summary>
    public static bool IsUnit(ReadOnlySpan<byte> word) => word.Length <= LongestUnit && Units.Contains(TokenHash.Of(word));

    /// <summary>Whether the word names a day of the week or a month, in English.</summary>
    public static bool IsCalendarName(ReadOnlySpan<byte> word) => word.Length is >= 3 and <= 9 && CalendarNames.Contains(TokenHash.Of(word));

    /// <summary>Whether the word is a value of its own, such as <c>true</c> or <c>null</c>.</summary>
    public static bool IsTruthValue(ReadOnlySpan<byte> word) => word.Length is >= 2 and <= 5 && TruthValues.Contains(TokenHash.Of(word));

    /// <summary>Whether a name is expected after the token.</summary>
    public static bool IsNounBeforeName(ulong token) => NounsBeforeNames.Contains(token);

    private static FrozenSet<ulong> Set(string words) => words.Split(' ').Select(static word => TokenHash.Of(Encoding.UTF8.GetBytes(word))).ToFrozenSet();
}
