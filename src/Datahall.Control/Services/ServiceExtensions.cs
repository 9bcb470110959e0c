using Datahall.Model;

namespace Datahall.Control.Services;

/// <summary>What a service's spec and status mean together.</summary>
public static class ServiceExtensions
{
    extension(Service service)
    {
        /// <summary>How many replicas there should be: the one place that says so.</summary>
        public int WantedReplicas() => service.Spec.Autoscale is { } scaling
            ? Math.Clamp(service.Status?.Scaling?.Replicas ?? service.Spec.Replicas, Math.Min(scaling.Min, scaling.Max), scaling.Max)
            : service.Spec.Replicas;
    }
}
