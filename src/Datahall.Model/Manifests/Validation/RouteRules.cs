using System.Globalization;
using System.Text.RegularExpressions;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of routes.</summary>
internal static partial class RouteRules
{
    /// <summary>The name that stands for every model.</summary>
    public const string AnyModel = "*";

    public static void Check(RouteSpec route, string path, Findings findings)
    {
        CheckHosts(route.Hosts, path, findings);
        CheckPath(route.Path, $"{path}.path", findings);
        CheckHeaders(route.Headers, $"{path}.headers", findings);
        CheckModels(route, path, findings);
        if (route.Balance.HashHeader is { } header && !TokenForm.IsMatch(header))
        {
            findings.Add($"{path}.balance.hashHeader", $"{Wording.Quote(header)} is not a header's name");
        }

        findings.Duration(route.Balance.SlowStart, $"{path}.balance", "slowStart");
        CheckTimes(route, path, findings);
        for (var i = 0; i < route.Retry.Statuses.Count; i++)
        {
            if (route.Retry.Statuses[i] is < 400 or > 599)
            {
                findings.Add(At($"{path}.retry.statuses", i), $"{route.Retry.Statuses[i].ToString(CultureInfo.InvariantCulture)} is no status of a failure; those are 400 to 599");
            }
        }

        if (route.Probe.Path is { } probe)
        {
            CheckPath(probe, $"{path}.probe.path", findings);
        }
    }

    private static void CheckTimes(RouteSpec route, string path, Findings findings)
    {
        findings.PositiveDuration(route.Timeouts.Connect, $"{path}.timeouts", "connect");
        findings.Duration(route.Timeouts.FirstByte, $"{path}.timeouts", "firstByte");
        findings.Duration(route.Timeouts.Idle, $"{path}.timeouts", "idle");
        findings.Duration(route.Timeouts.Request, $"{path}.timeouts", "request");
        findings.Duration(route.Timeouts.Drain, $"{path}.timeouts", "drain");
        findings.PositiveDuration(route.Hedge?.After, $"{path}.hedge", "after");
        findings.Duration(route.Limits.Wait, $"{path}.limits", "wait");
        findings.Duration(route.Probe.Interval, $"{path}.probe", "interval");
        findings.PositiveDuration(route.Probe.Timeout, $"{path}.probe", "timeout");
        findings.PositiveDuration(route.Ejection.Base, $"{path}.ejection", "base");
        findings.PositiveDuration(route.Ejection.Longest, $"{path}.ejection", "longest");
        findings.Duration(route.Ejection.ReplaceAfter, $"{path}.ejection", "replaceAfter");
        if (route.Ejection.Longest.Milliseconds < route.Ejection.Base.Milliseconds)
        {
            findings.Add($"{path}.ejection.longest", $"{route.Ejection.Longest} is shorter than the first ejection, {route.Ejection.Base}");
        }
    }

    private static void CheckHosts(IReadOnlyList<string> hosts, string path, Findings findings)
    {
        for (var i = 0; i < hosts.Count; i++)
        {
            if (!HostForm.IsMatch(hosts[i]))
            {
                findings.Add(At($"{path}.hosts", i), $"{Wording.Quote(hosts[i])} is not a host name: write it like api.example.com or *.example.com, in lower case and without a port");
            }
        }

        findings.Unique(hosts, static host => host, $"{path}.hosts", "");
    }

    private static void CheckPath(string value, string path, Findings findings)
    {
        if (!PathForm.IsMatch(value))
        {
            findings.Add(path, $"{Wording.Quote(value)} is not a path: it starts with '/' and has no blank, '?', '#' or control character; write them as %20 and so on");
        }
    }

    private static void CheckHeaders(IReadOnlyDictionary<string, string> headers, string path, Findings findings)
    {
        foreach (var (name, value) in headers)
        {
            if (!TokenForm.IsMatch(name))
            {
                findings.Add(FieldPath.Join(path, name), $"{Wording.Quote(name)} is not a header's name");
            }

            if (value.Any(static letter => letter is < ' ' or > '~'))
            {
                findings.Add(FieldPath.Join(path, name), "a header's value is printable ASCII");
            }
        }
    }

    private static void CheckModels(RouteSpec route, string path, Findings findings)
    {
        if (route is { Protocol: RouteProtocol.Http, Models.Count: > 0 })
        {
            findings.Add($"{path}.models", "plain http names no models; leave them out, or set protocol: oip or openai");
        }

        for (var i = 0; i < route.Models.Count; i++)
        {
            var model = route.Models[i];
            if (model != AnyModel && !ModelForm.IsMatch(model))
            {
                findings.Add(At($"{path}.models", i), $"{Wording.Quote(model)} is not a model's name: use 1 to 200 letters, digits, '-', '_', '.', ':' and '/'");
            }
            else if (route.Protocol is RouteProtocol.Oip && model.Contains('/', StringComparison.Ordinal))
            {
                findings.Add(At($"{path}.models", i), $"{Wording.Quote(model)} has a '/', which the paths of the Open Inference Protocol cannot carry");
            }
        }

        findings.Unique(route.Models, static model => model, $"{path}.models", "");
    }

    private static string At(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    [GeneratedRegex(@"\A(\*\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex HostForm { get; }

    [GeneratedRegex(@"\A/[^\s?#\p{Cc}]{0,2000}\z")]
    private static partial Regex PathForm { get; }

    // RFC 9110, section 5.6.2.
    [GeneratedRegex(@"\A[-!#$%&'*+.^_`|~0-9A-Za-z]{1,200}\z")]
    private static partial Regex TokenForm { get; }

    [GeneratedRegex(@"\A[A-Za-z0-9][-A-Za-z0-9_.:/]{0,199}\z")]
    private static partial Regex ModelForm { get; }
}
