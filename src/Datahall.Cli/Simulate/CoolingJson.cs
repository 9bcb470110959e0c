using System.Text.Json;
using Datahall.Twin.Energy;

namespace Datahall.Cli.Simulate;

/// <summary>What a scenario's report says about cooling, as JSON: where a saving comes from, the envelope, and emergencies.</summary>
internal static class CoolingJson
{
    private const double JoulesPerKilowattHour = 3.6e6;

    public static void Write(Utf8JsonWriter json, ScenarioRun run, ScenarioRun baseline)
    {
        ScenarioJson.Number(json, "compressorHeatKilowattHours", run.ChilledHeat / JoulesPerKilowattHour);
        var saving = CoolingSaving.Of(run, baseline);
        json.WriteStartObject("coolingAgainstBaselineKilowattHours");
        ScenarioJson.Number(json, "total", saving.Total / JoulesPerKilowattHour);
        ScenarioJson.Number(json, "byFreeCooling", saving.ByFreeCooling / JoulesPerKilowattHour);
        ScenarioJson.Number(json, "byCop", saving.ByCop / JoulesPerKilowattHour);
        ScenarioJson.Number(json, "byUnitFans", saving.ByUnitFans / JoulesPerKilowattHour);
        ScenarioJson.Number(json, "byTowerAndPumps", saving.ByTowerAndPumps / JoulesPerKilowattHour);
        ScenarioJson.Number(json, "serverFans", saving.ServerFans / JoulesPerKilowattHour);
        json.WriteEndObject();
        json.WriteStartObject("envelopeSeconds");
        ScenarioJson.Number(json, "tooCold", run.Envelope.TooCold);
        ScenarioJson.Number(json, "tooHumid", run.Envelope.TooHumid);
        ScenarioJson.Number(json, "tooFast", run.Envelope.TooFast);
        json.WriteEndObject();
        ScenarioJson.Number(json, "heatRevenue", run.HeatRevenue);
        if (run.ComponentKelvin is { } component)
        {
            ScenarioJson.Number(json, "worstComponentKelvin", component);
        }

        if (run.Emergency is { } emergency)
        {
            WriteEmergency(json, emergency);
        }
    }

    private static void WriteEmergency(Utf8JsonWriter json, EmergencyReport emergency)
    {
        json.WriteStartObject("emergency");
        foreach (var (name, stage) in new[] { ("caps", emergency.Caps), ("workStopped", emergency.Stopped), ("shutDown", emergency.ShutDown) })
        {
            json.WriteStartObject(name);
            if (stage is { FromSeconds: { } from, ToSeconds: { } to })
            {
                ScenarioJson.Number(json, "fromSeconds", from);
                ScenarioJson.Number(json, "toSeconds", to);
            }

            ScenarioJson.Number(json, "seconds", stage.Seconds);
            json.WriteEndObject();
        }

        ScenarioJson.Number(json, "mostServersOff", emergency.MostOff);
        ScenarioJson.Number(json, "workLostShare", emergency.WorkLostShare);
        json.WriteEndObject();
    }
}
