using Datahall.Model;
using Datahall.Scheduling.Placement;

namespace Datahall.Control.Placing;

/// <summary>What tasks ask for, made once for each template: a job's tasks share theirs.</summary>
internal sealed class RequestCache
{
    private const int MostTemplates = 4096;

    private readonly Dictionary<TaskTemplate, PlacementRequest> requests = new(ReferenceEqualityComparer.Instance);
    private (TaskTemplate? Template, PlacementRequest? Request) last; // The tasks of a job come one after the other.

    public PlacementRequest Of(TaskTemplate template)
    {
        if (ReferenceEquals(template, last.Template))
        {
            return last.Request!;
        }

        if (!requests.TryGetValue(template, out var request))
        {
            if (requests.Count >= MostTemplates)
            {
                requests.Clear();
            }

            requests[template] = request = PlacementRequest.Of(template);
        }

        last = (template, request);
        return request;
    }
}
