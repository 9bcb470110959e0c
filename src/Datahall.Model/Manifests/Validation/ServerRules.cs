using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of server types.</summary>
internal static class ServerRules
{
    public static void Check(IReadOnlyList<ServerSpec> servers, Findings findings)
    {
        for (var i = 0; i < servers.Count; i++)
        {
            Check(servers[i], string.Create(CultureInfo.InvariantCulture, $"spec.servers[{i}]"), findings);
        }

        findings.Unique(servers, static server => server.Name, "spec.servers", ".name");
    }

    private static void Check(ServerSpec server, string path, Findings findings)
    {
        findings.AddIf(Names.Place(server.Name), $"{path}.name");
        CheckPower(server, path, findings);
        if (server.Supply is { } supply)
        {
            if (supply.Rating.Value == 0)
            {
                findings.Add($"{path}.supply.rating", "a supply of 0 W feeds nothing; write it like 2kW");
            }

            if (supply.Efficiency.Count is not 0 and not 4 || supply.Efficiency.Any(static e => e is not (> 0 and <= 1)))
            {
                findings.Add($"{path}.supply.efficiency", "the efficiency is four numbers above 0 and up to 1, at 10, 20, 50 and 100 % of the rating");
            }
        }

        if (server.Fans is { } fans && fans.FullLoadSpeed < fans.LeastSpeed)
        {
            findings.Add($"{path}.fans.fullLoadSpeed", string.Create(CultureInfo.InvariantCulture, $"{fans.FullLoadSpeed} is below leastSpeed, {fans.LeastSpeed}"));
        }

        findings.PositiveDuration(server.Sleep?.Down, $"{path}.sleep", "down");
        findings.PositiveDuration(server.Sleep?.Up, $"{path}.sleep", "up");
        if (server.Capacity is { Gpus: > 0, GpuModel: null })
        {
            findings.Add($"{path}.capacity.gpuModel", "accelerators without a model; write it like H100");
        }
    }

    private static void CheckPower(ServerSpec server, string path, Findings findings)
    {
        if (server.Power is PowerCurve.Points)
        {
            if (server.Points.Count < 2 || server.Points[^1].Value < server.Points[0].Value)
            {
                findings.Add($"{path}.points", "give at least two powers, from idle to full load, the last not below the first");
            }

            return;
        }

        if (server.Power is PowerCurve.Devices)
        {
            if (server.Devices is not { } devices)
            {
                findings.Add($"{path}.devices", "the field 'devices' is missing; write it like {cpus: {count: 2, idle: 90W, max: 280W}, gpus: {count: 8, idle: 75W, max: 700W}, fixed: 200W}");
            }
            else if (devices.Cpus.Max.Value < devices.Cpus.Idle.Value || devices.Gpus.Max.Value < devices.Gpus.Idle.Value)
            {
                findings.Add($"{path}.devices", "a device draws less busy than idle; max is not below idle");
            }

            return;
        }

        if (server.Max.Value == 0 || server.Max.Value < server.Idle.Value)
        {
            findings.Add($"{path}.max", $"{server.Max} at full load; it must be above 0 and not below idle, {server.Idle}");
        }

        if (server.Shape is { } shape && !IsShape(server.Power, shape))
        {
            findings.Add($"{path}.shape", string.Create(
                CultureInfo.InvariantCulture, $"{shape} does not go with this curve: mse takes 1 to 2, asymptotic above 0, frequency 0 to 1, the others none"));
        }
    }

    private static bool IsShape(PowerCurve curve, double shape) => curve switch
    {
        PowerCurve.Mse => shape is >= 1 and <= 2,
        PowerCurve.Asymptotic or PowerCurve.AsymptoticDvfs => shape > 0,
        PowerCurve.Frequency => shape is >= 0 and <= 1,
        _ => false,
    };
}
