using System.Text;
using System.Text.Json;
using Datahall.Energy.Metrics;
using Datahall.Twin.Energy;

namespace Datahall.Cli.Simulate;

/// <summary>A scenario's report as JSON: base units in the names, metrics that have no value are null with their reason beside them.</summary>
internal static class ScenarioJson
{
    private const double JoulesPerKilowattHour = 3.6e6;

    public static string Write(ScenarioReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("scenario", report.Name);
            json.WriteString("site", report.Site);
            json.WriteNumber("servers", report.Servers);
            json.WriteNumber("racks", report.Racks);
            json.WriteNumber("seconds", report.Runs[0].Energy.Seconds);
            json.WriteString("currency", report.Currency);
            json.WriteString("baseline", report.Runs[0].Policy);
            json.WriteStartArray("runs");
            foreach (var run in report.Runs)
            {
                WriteRun(json, run, report.Runs[0]);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void WriteRun(Utf8JsonWriter json, ScenarioRun run, ScenarioRun baseline)
    {
        json.WriteStartObject();
        json.WriteString("policy", run.Policy);
        WriteEnergy(json, run.Energy);
        WriteMetrics(json, run.Energy);
        Number(json, "peakKilowatts", run.PeakWatts / 1000);
        Number(json, "peakBoardKilowatts", run.PeakBoardWatts / 1000);
        Number(json, "workLostShare", run.WorkLostShare);
        Number(json, "boardExcessKilowatts", run.BoardExcessWatts / 1000);
        Number(json, "meanServersAsleep", run.MeanAsleep);
        Number(json, "wakes", run.Wakes);
        Number(json, "workUnservedShare", run.UnservedShare);
        WritePrice(json, run.Price!);
        Number(json, "cost", run.Energy.Cost);
        Number(json, "carbonKilograms", run.Energy.CarbonGrams / 1000);
        Number(json, "waterLitres", run.Energy.WaterLitres);
        Number(json, "meanSupplyCelsius", run.MeanSupplyCelsius);
        Number(json, "freeCoolingShare", run.FreeShare);
        CoolingJson.Write(json, run, baseline);
        Number(json, "inletViolationSeconds", run.ViolationSeconds);
        if (run.FirstViolationSeconds is { } first)
        {
            Number(json, "firstViolationSeconds", first);
        }
        else
        {
            json.WriteNull("firstViolationSeconds");
        }

        Number(json, "worstInletKelvin", run.WorstInletKelvin);
        Number(json, "unmetHeatKilowattHours", run.UnmetHeat / JoulesPerKilowattHour);
        Number(json, "feedOverloadSeconds", run.OverloadSeconds);
        Number(json, "worstFeedLoad", run.WorstFeedLoad);
        WriteCapping(json, run);
        if (run.Jobs is { } jobs)
        {
            json.WriteStartObject("jobs");
            Number(json, "submitted", jobs.Submitted);
            Number(json, "ended", jobs.Ended);
            Number(json, "meanWaitSeconds", jobs.MeanWaitSeconds);
            Number(json, "meanCompletionSeconds", jobs.MeanCompletionSeconds);
            Number(json, "meanSlowDown", jobs.MeanSlowDown);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteCapping(Utf8JsonWriter json, ScenarioRun run)
    {
        Number(json, "feedsCappedSeconds", run.CappedSeconds);
        Number(json, "feedExcessKilowatts", run.FeedExcessWatts / 1000);
        Number(json, "workPausedShare", run.WorkPausedShare);
        Number(json, "workOwedShare", run.WorkOwedShare);
        json.WriteStartArray("demandResponses");
        foreach (var asked in run.DemandResponses)
        {
            json.WriteStartObject();
            Number(json, "atSeconds", asked.AtSeconds);
            Number(json, "baselineKilowatts", asked.BaselineWatts / 1000);
            Number(json, "targetKilowatts", asked.TargetWatts / 1000);
            Number(json, "shedShare", asked.ShedShare);
            if (asked.ResponseSeconds is { } response)
            {
                Number(json, "responseSeconds", response);
            }
            else
            {
                json.WriteNull("responseSeconds");
            }

            Number(json, "aboveTargetSeconds", asked.AboveSeconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WritePrice(Utf8JsonWriter json, PriceRange price)
    {
        json.WriteStartObject("energyPriceWattsPerWatt");
        Number(json, "mean", price.Mean);
        Number(json, "lowest", price.Lowest);
        json.WriteString("lowestRack", price.LowestRack);
        Number(json, "highest", price.Highest);
        json.WriteString("highestRack", price.HighestRack);
        json.WriteEndObject();
    }

    private static void WriteEnergy(Utf8JsonWriter json, in EnergyAccount e)
    {
        ReadOnlySpan<(string Name, double Joules)> parts =
        [
            ("total", e.Total), ("it", e.It), ("compute", e.Compute), ("serverFans", e.ServerFans), ("supplyLoss", e.SupplyLoss), ("rackLoss", e.RackLoss),
            ("pduLoss", e.PduLoss), ("upsLoss", e.UpsLoss), ("cooling", e.Cooling), ("unitFans", e.UnitFans), ("compressors", e.Compressors),
            ("towerFans", e.TowerFans), ("pumps", e.Pumps), ("other", e.Other), ("heatRemoved", e.HeatRemoved), ("reused", e.Reused), ("renewable", e.Renewable),
        ];
        json.WriteStartObject("energyKilowattHours");
        foreach (var (name, joules) in parts)
        {
            Number(json, name, joules / JoulesPerKilowattHour);
        }

        json.WriteEndObject();
    }

    private static void WriteMetrics(Utf8JsonWriter json, in EnergyAccount e)
    {
        ReadOnlySpan<(string Name, Metric Metric)> metrics =
        [
            ("pue", EnergyMetrics.Pue(e)), ("pueCategory2", EnergyMetrics.Pue(e, PueCategory.PduOutput)), ("pueCategory1", EnergyMetrics.Pue(e, PueCategory.UpsOutput)),
            ("coolingPue", EnergyMetrics.PartialPue(e, e.Cooling)), ("dcie", EnergyMetrics.Dcie(e)), ("itue", EnergyMetrics.Itue(e)), ("tue", EnergyMetrics.Tue(e)),
            ("ere", EnergyMetrics.Ere(e)), ("erf", EnergyMetrics.Erf(e)), ("ref", EnergyMetrics.Ref(e)), ("cue", EnergyMetrics.Cue(e)), ("wue", EnergyMetrics.Wue(e)),
            ("cer", EnergyMetrics.Cer(e)),
        ];
        json.WriteStartObject("metrics");
        foreach (var (name, metric) in metrics)
        {
            if (metric.IsDefined)
            {
                Number(json, name, metric.Value);
            }
            else
            {
                json.WriteNull(name);
                json.WriteString(name + "Reason", metric.Reason);
            }
        }

        json.WriteEndObject();
    }

    // Nine digits: more would only show the order of additions.
    internal static void Number(Utf8JsonWriter json, string name, double value) =>
        json.WriteNumber(name, value == 0 ? 0 : Math.Round(value, Math.Clamp(8 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15)));
}
