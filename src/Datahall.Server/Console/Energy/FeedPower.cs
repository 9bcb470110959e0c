using Datahall.Server.Console.History;

namespace Datahall.Server.Console.Energy;

/// <summary>What goes through a feed now.</summary>
/// <param name="Site">Its site.</param>
/// <param name="Feed">The feed.</param>
/// <param name="Watts">The power, in watts.</param>
/// <param name="Limit">What it may carry, in watts; null: no limit is known.</param>
internal sealed record FeedPower(string Site, string Feed, double Watts, double? Limit)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(2);

    /// <summary>The power over the limit; null without one.</summary>
    public double? Load => Limit > 0 ? Watts / Limit : null;

    /// <summary>All feeds, by site and name.</summary>
    public static IReadOnlyList<FeedPower> Of(SeriesHistory history)
    {
        var limits = history.Latest("datahall_feed_limit_watts", FreshFor).ToDictionary(static limit => KeyOf(limit.Labels), static limit => limit.Value);
        return
        [
            .. history.Latest("datahall_feed_power_watts", FreshFor)
                .Select(feed => (Key: KeyOf(feed.Labels), feed.Value))
                .Select(feed => new FeedPower(feed.Key.Site, feed.Key.Feed, feed.Value, limits.TryGetValue(feed.Key, out var limit) ? limit : null))
                .OrderBy(static feed => feed.Site, StringComparer.Ordinal).ThenBy(static feed => feed.Feed, StringComparer.Ordinal),
        ];
    }

    private static (string Site, string Feed) KeyOf(IReadOnlyDictionary<string, string> labels) => (labels.GetValueOrDefault("site", ""), labels.GetValueOrDefault("feed", ""));
}
