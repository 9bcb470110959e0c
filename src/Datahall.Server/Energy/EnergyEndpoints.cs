using Datahall.Model;
using Datahall.Server.Http;
using Datahall.Server.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Datahall.Server.Energy;

/// <summary>What is drawn now, and what was used in a period.</summary>
internal static class EnergyEndpoints
{
    private static readonly string[] Words = ["site", "queue", "job", "service", "node"];

    public static void AddEnergy(this IServiceCollection services, string ledger, EnergyOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(_ => new EnergyLedger(ledger, options));
        services.AddSingleton<EnergyBooks>();
        services.AddSingleton<FleetSampler>();
        services.AddSingleton<DatahallEnergyMetrics>();
        services.AddSingleton<PowerGuard>();
        services.AddSingleton<EnergyMeter>();
        services.AddHostedService(static provider => provider.GetRequiredService<EnergyMeter>());
        services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.TypeInfoResolverChain.Add(EnergyJson.Default));
    }

    public static void MapEnergy(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/top/power", Power).WithTags("Readings").WithName("TopPower").WithSummary("What sites, nodes, jobs and services draw now");
        routes.MapGet("/api/v1/report/energy", ReportAsync).WithTags("Reports").WithName("ReportEnergy").WithSummary("What energy was used in a period, by site, queue, job, service or node");
    }

    private static Ok<PowerView> Power(EnergyMeter meter) => TypedResults.Ok(PowerView.Of(meter.Latest));

    private static async Task<Results<Ok<EnergyReportView>, Problem>> ReportAsync(
        EnergyLedger ledger, ResourceCache cache, TimeProvider time, string? from, string? to, string? by, string? site, CancellationToken cancellationToken)
    {
        var which = Array.IndexOf(Words, by ?? Words[0]);
        if (which < 0)
        {
            return Problem.BadRequest($"by is '{by}': it takes {string.Join(", ", Words)}");
        }

        var sites = cache.List(ResourceKinds.Site, LabelSelector.All, null, int.MaxValue).Items.Cast<Site>().ToList();
        var zone = ZoneOf(site is null ? sites : [.. sites.Where(known => known.Name == site)]);
        var now = time.GetUtcNow();
        if (!ReportPeriod.TryParse(from, to, zone, now, out var period, out var error))
        {
            return Problem.BadRequest(error);
        }

        return TypedResults.Ok(await Task.Run(() => Report(ledger, period, (ReportBy)which, site, zone, now), cancellationToken));
    }

    // What waits in memory is written first: a report is as of now.
    internal static EnergyReportView Report(EnergyLedger ledger, ReportPeriod period, ReportBy by, string? site, TimeZoneInfo zone, DateTimeOffset now)
    {
        ledger.Record(now);
        var (rows, parts) = ledger.Read(reader => (reader.SharesBy(by, period.From, period.To, site), reader.SitesOf(period.From, period.To, site)));
        return new(
            Local(period.From),
            Local(period.To),
            zone.Id,
            Words[(int)by],
            [.. rows.Select(EnergyRowView.Of)],
            [.. parts.GroupBy(static part => part.Key.Site, StringComparer.Ordinal).Select(static group => SiteEnergyView.Of(group.Key, [.. group]))]);

        DateTimeOffset Local(long seconds) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), zone);
    }

    // The sites' zone when it is one; of several, or none, UTC.
    internal static TimeZoneInfo ZoneOf(IReadOnlyList<Site> sites)
    {
        var zones = sites.Select(static site => SiteClock.ZoneOf(site.Spec)).DistinctBy(static zone => zone.Id).ToList();
        return zones is [var one] ? one : TimeZoneInfo.Utc;
    }
}
