using Datahall.Model.Manifests.Syntax;
using Datahall.Model.Manifests.Validation;

namespace Datahall.Model.Manifests.Binding;

/// <summary>Takes the documents of one file and makes their resources.</summary>
/// <param name="errors">Receives what is wrong.</param>
/// <param name="kinds">The kinds that the file may hold.</param>
internal sealed class ResourceCollector(ErrorList errors, IReadOnlyList<string> kinds) : IDisposable
{
    private readonly ResourceBinder binder = new(errors);
    private readonly List<Resource> resources = [];
    private readonly List<ManifestOrigin> origins = [];

    /// <summary>Takes a document: a resource, a list of resources, or a mapping with a list of resources in its <c>items</c>.</summary>
    public void Take(ManifestTree tree) => Take(tree, 0);

    public ManifestResult Finish()
    {
        if (origins.Count == 0 && errors.Count == 0)
        {
            errors.Add(1, 1, "", "there is no resource in this file");
        }

        foreach (var doubled in DuplicateResources.Find(origins, []))
        {
            errors.Add(doubled);
        }

        return new(resources, errors.InOrder(), origins);
    }

    public void Dispose() => binder.Dispose();

    private void Take(ManifestTree tree, int at)
    {
        var node = tree[at];
        if (node.Kind is NodeForm.Sequence)
        {
            TakeAll(tree, at);
        }
        else if (node.Kind is NodeForm.Mapping && Items(tree, at) is >= 0 and var items)
        {
            TakeAll(tree, items);
        }
        else if (node.Kind is NodeForm.Mapping)
        {
            TakeResource(tree, at);
        }
        else if (node.Kind is not NodeForm.Invalid)
        {
            errors.Add(node.Line, node.Column, "", $"expected a resource (a mapping with kind, name and spec), found {node.Describe()}");
        }
    }

    private void TakeAll(ManifestTree tree, int sequence)
    {
        for (var item = sequence + 1; item < tree[sequence].End && !errors.IsFull; item = tree[item].End)
        {
            Take(tree, item);
        }
    }

    /// <summary>The items of a list of resources, as <c>get -o yaml</c> writes it; -1 when it is no such list.</summary>
    private static int Items(ManifestTree tree, int mapping)
    {
        var items = tree.Find(mapping, "items");
        var kind = tree.Find(mapping, "kind");
        return items >= 0 && tree[items].Kind is NodeForm.Sequence && (kind < 0 || tree[kind].Text == "List") ? items : -1;
    }

    private void TakeResource(ManifestTree tree, int root)
    {
        if (Kind(tree, root) is not { } kind)
        {
            return;
        }

        var before = errors.Count;
        var name = tree.Find(root, "name");
        var key = new ResourceKey(kind, name >= 0 ? tree[name].Text : "");
        var origin = new ManifestOrigin(key, errors.File, tree, root);
        if (key.Name.Length > 0)
        {
            origins.Add(origin);
        }

        if (binder.Bind(tree, root, kind) is not { } resource)
        {
            return;
        }

        foreach (var error in ResourceValidator.Check(resource))
        {
            if (!errors.HasErrorAround(error.Path, before))
            {
                errors.Add(origin.Locate(error.Path, error.Message));
            }
        }

        if (errors.Count == before)
        {
            resources.Add(resource);
        }
    }

    private string? Kind(ManifestTree tree, int root)
    {
        var at = tree.Find(root, "kind");
        if (at < 0)
        {
            errors.Add(tree[root].Line, tree[root].Column, "kind", $"the field 'kind' is missing; it is one of {string.Join(", ", kinds)}");
            return null;
        }

        var node = tree[at];
        if (node.IsScalar && kinds.Contains(node.Text))
        {
            return node.Text;
        }

        if (node.Kind is not NodeForm.Invalid)
        {
            errors.Add(node.Line, node.Column, "kind", node switch
            {
                { IsScalar: true, Text: ResourceKinds.Task } => "tasks are made by Datahall; write a Job or a Service",
                { IsScalar: true, Text: ResourceKinds.Scenario } => "a scenario is simulated, not applied; run 'datahall simulate -f FILE'",
                { IsScalar: true, IsNull: false } => $"unknown kind {Wording.Quote(node.Text)}{Wording.Choices(node.Text, kinds)}",
                _ => $"expected one of {string.Join(", ", kinds)}, found {node.Describe()}",
            });
        }

        return null;
    }
}
