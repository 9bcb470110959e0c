using System.Text;
using Datahall.Model.Manifests.Binding;
using Datahall.Model.Manifests.Syntax;

namespace Datahall.Model.Manifests;

/// <summary>Reads a file that holds one record and is no resource, as strictly as <see cref="ManifestReader"/> reads resources.</summary>
/// <remarks>
/// One YAML document or JSON value: a mapping with the record's fields. A field that the record does not have is an error with the nearest one that it has. The record's
/// properties are text, numbers, booleans, enumerations, quantities, lists, mappings and records of these. Thread-safe; O(bytes).
/// </remarks>
public static class DocumentReader
{
    /// <summary>Reads a file's text.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="fileName">The name for errors.</param>
    /// <param name="text">The text.</param>
    /// <param name="limits">How much the file may contain; null for <see cref="ManifestLimits.Default"/>.</param>
    public static DocumentResult<T> Read<T>(string fileName, string text, ManifestLimits? limits = null)
        where T : class =>
        Read<T>(fileName, Encoding.UTF8.GetBytes(text), limits);

    /// <summary>Reads a file's bytes.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="fileName">The name for errors.</param>
    /// <param name="utf8">The bytes: UTF-8, with or without a byte order mark.</param>
    /// <param name="limits">How much the file may contain; null for <see cref="ManifestLimits.Default"/>.</param>
    public static DocumentResult<T> Read<T>(string fileName, ReadOnlyMemory<byte> utf8, ManifestLimits? limits = null)
        where T : class
    {
        limits ??= ManifestLimits.Default;
        var errors = new ErrorList(fileName, limits.MaxErrors);
        var trees = new List<ManifestTree>();
        ManifestReader.ReadTrees(utf8.Span, limits, errors, trees.Add);
        if (errors.Count > 0)
        {
            return new(null, errors.InOrder(), null);
        }

        if (trees is not [var tree])
        {
            var (line, column) = trees.Count > 1 ? (trees[1][0].Line, trees[1][0].Column) : (1, 1);
            errors.Add(line, column, "", trees.Count > 1 ? "a second document; this file holds one" : "the file is empty");
            return new(null, errors.InOrder(), null);
        }

        if (tree[0].Kind is not NodeForm.Mapping)
        {
            errors.Add(tree[0].Line, tree[0].Column, "", $"expected a mapping (name: value), found {tree[0].Describe()}");
            return new(null, errors.InOrder(), null);
        }

        using var binder = new ResourceBinder(errors);
        var value = binder.Bind<T>(tree, 0, ResourceShapes.Of(typeof(T)));
        return new(errors.Count == 0 ? value : null, errors.InOrder(), (path, message) => Locate(fileName, tree, path, message));
    }

    private static ManifestError Locate(string fileName, ManifestTree tree, string path, string message)
    {
        var node = tree[tree.Locate(0, path)];
        return new(fileName, node.Line, node.Column, path, message);
    }
}

/// <summary>What was read from a file.</summary>
/// <typeparam name="T">The record.</typeparam>
public sealed class DocumentResult<T>
    where T : class
{
    private readonly Func<string, string, ManifestError>? locate;

    internal DocumentResult(T? value, IReadOnlyList<ManifestError> errors, Func<string, string, ManifestError>? locate) =>
        (Value, Errors, this.locate) = (value, errors, locate);

    /// <summary>The record; null when anything is wrong.</summary>
    public T? Value { get; }

    /// <summary>Everything that is wrong, in the order of the places.</summary>
    public IReadOnlyList<ManifestError> Errors { get; }

    /// <summary>Puts an error that was found after reading at its place in the file.</summary>
    /// <param name="path">The field, such as <c>nodes[0].count</c>; the nearest that encloses it when it is not written out.</param>
    /// <param name="message">What is wrong and how to mend it.</param>
    public ManifestError Locate(string path, string message) => locate is null ? new("", 1, 1, path, message) : locate(path, message);
}
