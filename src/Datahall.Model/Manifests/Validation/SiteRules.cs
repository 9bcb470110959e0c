using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of sites.</summary>
internal static class SiteRules
{
    public static void Check(SiteSpec spec, Findings findings)
    {
        findings.AddIf(spec.TimeZone is { } zone ? Names.TimeZone(zone) : null, "spec.timeZone");
        CheckPower(spec.PowerLimit, "spec", findings);
        for (var i = 0; i < spec.Halls.Count; i++)
        {
            CheckHall(spec.Halls[i], string.Create(CultureInfo.InvariantCulture, $"spec.halls[{i}]"), findings);
        }

        findings.Unique(spec.Halls, static hall => hall.Name, "spec.halls", ".name");
        SiteEnergyRules.Check(spec, findings);
    }

    private static void CheckHall(Hall hall, string path, Findings findings)
    {
        findings.AddIf(Names.Place(hall.Name), $"{path}.name");
        for (var i = 0; i < hall.Racks.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}.racks[{i}]");
            findings.AddIf(Names.Place(hall.Racks[i].Name), $"{at}.name");
            CheckPower(hall.Racks[i].PowerLimit, at, findings);
        }

        findings.Unique(hall.Racks, static rack => rack.Name, $"{path}.racks", ".name");
        findings.Unique(hall.Rows, static row => row.Name, $"{path}.rows", ".name");
        for (var i = 0; i < hall.Rows.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}.rows[{i}]");
            findings.AddIf(Names.Place(hall.Rows[i].Name), $"{at}.name");
            CheckPower(hall.Rows[i].PowerLimit, at, findings);
        }

        if (hall.AllRacks().GroupBy(static rack => rack.Name).FirstOrDefault(static same => same.Count() > 1) is { } twice && hall.Rows.Count > 0)
        {
            findings.Add($"{path}.rows", $"two racks would be called {Wording.Quote(twice.Key)}; end the rows' names in a letter or '-'");
        }
    }

    private static void CheckPower(Watts? limit, string path, Findings findings)
    {
        if (limit is { Value: 0 })
        {
            findings.Add($"{path}.powerLimit", "a limit of 0 W lets nothing run; leave it out when it is not known");
        }
    }
}
