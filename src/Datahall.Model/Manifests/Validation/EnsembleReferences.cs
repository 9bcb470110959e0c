using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of what ensembles refer to.</summary>
internal static class EnsembleReferences
{
    public static ResourceError? Check(Ensemble ensemble, ReferenceSet references)
    {
        if (references.Find<Service>(ResourceKinds.Service, ensemble.Name) is not null)
        {
            return new(ensemble.Key, "name", $"there is a Service {Wording.Quote(ensemble.Name)}, and both are routes of gateways: give the ensemble another name");
        }

        for (var i = 0; i < ensemble.Spec.Members.Count; i++)
        {
            var name = ensemble.Spec.Members[i].Service;
            var path = string.Create(CultureInfo.InvariantCulture, $"spec.members[{i}].service");
            var service = references.Find<Service>(ResourceKinds.Service, name);
            if (service is null)
            {
                return new(ensemble.Key, path, $"there is no Service {Wording.Quote(name)}{Wording.Choices(name, [.. references.Names(ResourceKinds.Service)])}");
            }

            if (service.Spec.Route?.Protocol != ensemble.Spec.Route.Protocol)
            {
                return new(ensemble.Key, path, $"service {name} has no route of protocol {Protocol(ensemble)}; give it one, or change the ensemble's");
            }
        }

        return null;
    }

    /// <summary>Whether an ensemble has a service's name.</summary>
    public static ResourceError? CheckName(Service service, ReferenceSet references) =>
        service.Spec.Route is not null && references.Find<Ensemble>(ResourceKinds.Ensemble, service.Name) is not null
            ? new(service.Key, "name", $"there is an Ensemble {Wording.Quote(service.Name)}, and both are routes of gateways: give the service another name")
            : null;

    private static string Protocol(Ensemble ensemble) => ensemble.Spec.Route.Protocol.ToString().ToLowerInvariant();
}
