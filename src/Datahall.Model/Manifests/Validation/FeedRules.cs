using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of power feeds and tariffs.</summary>
internal static class FeedRules
{
    private const string Grid = "grid";

    public static void Check(SiteSpec spec, Findings findings)
    {
        var parents = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var feed in spec.Feeds)
        {
            parents[feed.Name] = feed.Parent;
        }

        for (var i = 0; i < spec.Feeds.Count; i++)
        {
            var (feed, path) = (spec.Feeds[i], string.Create(CultureInfo.InvariantCulture, $"spec.feeds[{i}]"));
            findings.AddIf(Names.Place(feed.Name), $"{path}.name");
            if (feed.Name == Grid)
            {
                findings.Add($"{path}.name", "'grid' names the connection of the whole site in metrics and loads: call the feed otherwise, such as main");
            }

            if (feed.Rating.Value == 0)
            {
                findings.Add($"{path}.rating", "a feed of 0 W feeds nothing; write it like 500kW");
            }

            if (feed.Parent is { } parent && !parents.ContainsKey(parent))
            {
                findings.Add($"{path}.parent", $"there is no feed {Wording.Quote(parent)}{Wording.Choices(parent, parents.Keys)}");
            }
            else if (LeadsToItself(feed.Name, parents))
            {
                findings.Add($"{path}.parent", $"{Wording.Quote(feed.Name)} would feed itself; leave 'parent' out of the feed that the grid feeds");
            }
        }

        findings.Unique(spec.Feeds, static feed => feed.Name, "spec.feeds", ".name");
        if (spec.Tariff is { Currency: var currency } && string.IsNullOrWhiteSpace(currency))
        {
            findings.Add("spec.tariff.currency", "the currency is empty; write it like EUR");
        }
    }

    private static bool LeadsToItself(string name, Dictionary<string, string?> parents)
    {
        var at = parents[name];
        for (var steps = 0; at is not null && steps <= parents.Count; steps++)
        {
            if (at == name)
            {
                return true;
            }

            at = parents.GetValueOrDefault(at);
        }

        return false;
    }
}
