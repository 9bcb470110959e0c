using System.Globalization;

namespace Datahall.Model.Manifests.Validation;

/// <summary>Rules of what ensembles refer to.</summary>
internal static class EnsembleReferences
{
    public static ResourceError? Check(Ensemble ensemble, ReferenceSet references)
    {
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

    private static string Protocol(Ensemble ensemble) => ensemble.Spec.Route.Protocol.ToString().ToLowerInvariant();
}
