using System.Text;
using Datahall.Model.Manifests.Binding;
using Datahall.Model.Manifests.Syntax;

namespace Datahall.Model.Manifests;

/// <summary>Reads resources from YAML or JSON and reports everything that is wrong, each with its place.</summary>
/// <remarks>
/// <para>
/// A file holds one or more YAML documents or JSON values. Each is a resource, a list of resources, or a mapping whose
/// <c>items</c> is a list of resources. Text that starts with <c>{</c> or <c>[</c> is read as JSON, and as YAML when it is not JSON.
/// </para>
/// <para>
/// Strict: a field that the kind does not have is an error. <c>status</c>, <c>generation</c> and <c>created</c> are set by
/// the server and ignored here, so that what <c>get -o yaml</c> writes can be applied. A text field takes a number, true or
/// false without quotes as it is written. YAML aliases and tags are refused.
/// </para>
/// <para>Each resource is valid for itself; what it refers to is for <see cref="ReferenceValidator"/>. Thread-safe; O(bytes).</para>
/// </remarks>
public static class ManifestReader
{
    /// <summary>Reads a file's text.</summary>
    /// <param name="fileName">The name for errors.</param>
    /// <param name="text">The text.</param>
    /// <param name="limits">How much the file may contain; null for <see cref="ManifestLimits.Default"/>.</param>
    public static ManifestResult Read(string fileName, string text, ManifestLimits? limits = null) =>
        Read(fileName, Encoding.UTF8.GetBytes(text), limits);

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="fileName">The name for errors.</param>
    /// <param name="utf8">The bytes: UTF-8, with or without a byte order mark.</param>
    /// <param name="limits">How much the file may contain; null for <see cref="ManifestLimits.Default"/>.</param>
    public static ManifestResult Read(string fileName, ReadOnlyMemory<byte> utf8, ManifestLimits? limits = null) =>
        Read(fileName, utf8, limits ?? ManifestLimits.Default, ResourceShapes.Kinds);

    /// <summary>Reads documents of some kinds.</summary>
    internal static ManifestResult Read(string fileName, ReadOnlyMemory<byte> utf8, ManifestLimits limits, IReadOnlyList<string> kinds)
    {
        var errors = new ErrorList(fileName, limits.MaxErrors);
        using var collector = new ResourceCollector(errors, kinds);
        ReadTrees(utf8.Span, limits, errors, collector.Take);
        return collector.Finish();
    }

    /// <summary>Reads a file's documents one after another, and adds what is wrong with them as YAML or JSON.</summary>
    internal static void ReadTrees(ReadOnlySpan<byte> bytes, ManifestLimits limits, ErrorList errors, Action<ManifestTree> take)
    {
        if (!ManifestText.Check(ref bytes, limits, errors))
        {
            return;
        }

        try
        {
            if (!LooksLikeJson(bytes) || !TryTakeJson(bytes, limits, take, errors))
            {
                TakeYaml(new(Encoding.UTF8.GetString(bytes), limits, errors), take);
            }
        }
        catch (ManifestLimitException e)
        {
            errors.Add(e.Line, e.Column, "", e.Message);
        }
    }

    private static bool LooksLikeJson(ReadOnlySpan<byte> utf8) => utf8.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    /// <summary>Takes JSON; false when it is not JSON but may be YAML.</summary>
    private static bool TryTakeJson(ReadOnlySpan<byte> utf8, ManifestLimits limits, Action<ManifestTree> take, ErrorList errors)
    {
        if (new JsonTreeReader(utf8, limits).ReadAll(out var problem) is { } trees)
        {
            trees.ForEach(take);
            return true;
        }

        // Of two explanations the writer of JSON wants JSON's; YAML's flow style starts with a bare word.
        var meantAsYaml = utf8.TrimStart(" \t\r\n{["u8) is [not (byte)'"' and not (byte)'}' and not (byte)']', ..];
        if (meantAsYaml || IsYaml(utf8, limits))
        {
            return false;
        }

        errors.Add(problem.Line, problem.Column, "", problem.Message);
        return true;
    }

    private static bool IsYaml(ReadOnlySpan<byte> utf8, ManifestLimits limits)
    {
        var yaml = new YamlTreeReader(Encoding.UTF8.GetString(utf8), limits, new("", limits.MaxErrors));
        while (yaml.Next() is not null)
        {
        }

        return !yaml.HasSyntaxErrors;
    }

    private static void TakeYaml(YamlTreeReader yaml, Action<ManifestTree> take)
    {
        while (yaml.Next() is { } tree)
        {
            take(tree);
        }
    }
}
