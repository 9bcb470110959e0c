namespace Datahall.Model;

/// <summary>Hours of a day, past midnight when the last is not after the first.</summary>
internal static class HourSpan
{
    /// <summary>Whether an hour of the day, from 0 to below 24, is in a span.</summary>
    public static bool Covers(double hour, int from, int to) => from < to ? hour >= from && hour < to : hour >= from || hour < to;
}
