using Datahall.Model.Traffic;

namespace Datahall.Control.Traffic;

/// <summary>What a traffic report must hold to.</summary>
internal static class TrafficReportRules
{
    private const int MaxServices = 10_000;
    private const int MaxVersions = 100;
    private const int MaxReplicas = 100_000;
    private const int MaxText = 1_024;
    private const double LongestSeconds = 3_600;

    // Far above what any gateway can serve in an hour, and far below where sums of them overflow.
    private const long MaxCount = 1_000_000_000_000;

    /// <summary>What is wrong with a report, and where; null when nothing is.</summary>
    public static (string Path, string Message)? Fault(TrafficReport report)
    {
        if (!IsName(report.Gateway))
        {
            return ("gateway", "it must have 1 to 63 characters: lower-case letters, digits, '-' and '.'");
        }

        if (report.Sequence < 1)
        {
            return ("sequence", $"it is {report.Sequence}: reports are counted from 1");
        }

        if (report.Seconds is not (> 0 and <= LongestSeconds))
        {
            return ("seconds", $"it is {report.Seconds}: it must be above 0 and at most {LongestSeconds}");
        }

        if (report.Services.Count > MaxServices)
        {
            return ("services", $"there are {report.Services.Count}: a report has at most {MaxServices}");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < report.Services.Count; i++)
        {
            var service = report.Services[i];
            if (!names.Add(service.Service))
            {
                return ($"services[{i}].service", $"'{service.Service}' is there twice");
            }

            if (Fault(service) is { } fault)
            {
                return ($"services[{i}].{fault.Path}", fault.Message);
            }
        }

        return null;
    }

    private static (string Path, string Message)? Fault(ServiceTraffic service)
    {
        if (!IsCount(service.Arrived) || !IsCount(service.Shed))
        {
            return ("arrived", $"{service.Arrived} arrived, {service.Shed} were shed: counts are 0 to {MaxCount}");
        }

        if (!IsAmount(service.InFlight) || !IsAmount(service.Waiting))
        {
            return ("inFlight", $"{service.InFlight} in flight, {service.Waiting} waiting: means are 0 to {MaxCount}");
        }

        if (service.Versions.Count > MaxVersions || service.Replicas.Count > MaxReplicas)
        {
            return ("versions", $"{service.Versions.Count} versions and {service.Replicas.Count} replicas: at most {MaxVersions} and {MaxReplicas}");
        }

        return service.Versions.Select(Fault).FirstOrDefault(static fault => fault is not null)
            ?? service.Replicas.Select(Fault).FirstOrDefault(static fault => fault is not null)
            ?? (service.Versions.DistinctBy(static version => version.Version).Count() < service.Versions.Count ? ("versions", "a version is there twice") : null);
    }

    private static (string Path, string Message)? Fault(VersionTraffic version)
    {
        if (version.Version < 1 || !IsCount(version.Succeeded) || !IsCount(version.Failed))
        {
            return ("versions", $"version {version.Version} has {version.Succeeded} answers and {version.Failed} failures: versions are counted from 1, counts are 0 to {MaxCount}");
        }

        var (bucket, count) = (version.Latency.Bucket, version.Latency.Count);
        var last = -1;
        for (var i = 0; i < bucket.Count && bucket.Count == count.Count; i++)
        {
            if (bucket[i] <= last || bucket[i] >= LatencyHistogram.Buckets || !IsCount(count[i]))
            {
                return ("versions.latency", $"bucket {bucket[i]} holds {count[i]}: buckets ascend from 0 to {LatencyHistogram.Buckets - 1}, counts are 0 to {MaxCount}");
            }

            last = bucket[i];
        }

        return bucket.Count == count.Count ? null : ("versions.latency", $"{bucket.Count} buckets have {count.Count} counts");
    }

    private static (string Path, string Message)? Fault(ReplicaTraffic replica) =>
        replica.Attempt < 0 || replica.InFlight < 0 || !IsCount(replica.Succeeded) || !IsCount(replica.Failed) || !IsAmount(replica.OutSeconds)
            ? ("replicas", $"{Short(replica.Task)} has attempt {replica.Attempt}, {replica.Succeeded} answers, {replica.Failed} failures and {replica.InFlight} in flight and is out for {replica.OutSeconds} s: all are 0 to {MaxCount}")
            : replica.Why is { Length: > MaxText } ? ("replicas", $"why {Short(replica.Task)} is out has more than {MaxText} characters") : null;

    private static bool IsCount(long count) => count is >= 0 and <= MaxCount;

    private static bool IsAmount(double amount) => amount is >= 0 and <= MaxCount;

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 63 && name.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '.');

    private static string Short(string text) => text.Length > 80 ? text[..80] : text;
}
