namespace Datahall.Monitoring.Templates;

/// <summary>Finds the templates of log lines as they come.</summary>
/// <remarks>
/// A line whose shape was seen before costs one pass over its bytes and one look-up, and allocates nothing. Memory is bounded by
/// <see cref="MinerOptions.MaxTemplates"/> and <see cref="MinerOptions.MaxShapes"/>, whatever the lines are. Not safe for several threads.
/// </remarks>
public sealed class TemplateMiner
{
    private const int FoldedShare = 4;

    private readonly MinerOptions options;
    private readonly LineShape shape = new();
    private readonly Dictionary<ulong, LogTemplate> shapes = [];
    private readonly TemplateIndex index = new();
    private readonly Generalisation generalisation;
    private readonly HashSet<LogTemplate> templates = [];
    private readonly Dictionary<int, LogTemplate> rare = [];
    private int lastId;

    /// <summary>A miner that knows no template yet.</summary>
    /// <param name="options">Bounds and evidence; null for the defaults.</param>
    public TemplateMiner(MinerOptions? options = null)
    {
        this.options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.MaxTemplates, MinerOptions.LeastTemplates, nameof(options));
        generalisation = new(this.options);
    }

    /// <summary>Called when a template turns out to be a case of another: its number, and the number its lines have from now on.</summary>
    public Action<int, int>? Merged { get; init; }

    /// <summary>Lines taken so far.</summary>
    public long Lines { get; private set; }

    /// <summary>Templates there are now.</summary>
    public int Count => templates.Count + rare.Count;

    /// <summary>Takes a line.</summary>
    /// <param name="content">Its content in UTF-8, without header and line end. Any bytes are borne; of a long line the first 4,096 count.</param>
    /// <returns>The number of its template. A number greater than every one before it is a new template.</returns>
    public int Add(ReadOnlySpan<byte> content)
    {
        Lines++;
        LineTokenizer.Read(content, shape);
        var hash = shape.Hash();
        if (!shapes.TryGetValue(hash, out var template))
        {
            template = Learn(hash);
        }

        template = template.Root;
        template.Count++;
        template.LastLine = Lines;
        return template.Id;
    }

    /// <summary>All templates, the one with the most lines first.</summary>
    public IReadOnlyList<TemplateSummary> Templates() => [.. templates.Concat(rare.Values)
        .OrderByDescending(static template => template.Count).ThenBy(static template => template.Id)
        .Select(static template => new TemplateSummary(template.Id, template.ToString(), template.Count, template.FirstLine, template.LastLine))];

    private LogTemplate Learn(ulong hash)
    {
        MakeRoom();
        if (index.Find(shape.Hashes) is { } known)
        {
            return shapes[hash] = known;
        }

        var template = new LogTemplate(++lastId, shape, hash, Lines);
        shapes[hash] = template;
        index.Add(template);
        templates.Add(template);
        while (generalisation.Find(template, index, out var open) is { Count: > 0 } members)
        {
            template = Merge([.. members, template], open);
        }

        return template;
    }

    private LogTemplate Merge(IReadOnlyList<LogTemplate> members, ulong open)
    {
        var survivor = members.MinBy(static member => member.Id)!;
        foreach (var member in members)
        {
            index.Remove(member);
        }

        foreach (var member in members.Where(member => member != survivor))
        {
            survivor.Absorb(member, open);
            templates.Remove(member);
            Merged?.Invoke(member.Id, survivor.Id);
        }

        index.Add(survivor);
        return survivor;
    }

    private void MakeRoom()
    {
        if (templates.Count >= options.MaxTemplates)
        {
            FoldRarest();
            ForgetShapes();
        }
        else if (shapes.Count >= options.MaxShapes)
        {
            ForgetShapes();
        }
    }

    /// <summary>The rarest, of those the ones not seen for longest, become one template for each length of line.</summary>
    private void FoldRarest()
    {
        foreach (var template in templates.OrderBy(static template => template.Count).ThenBy(static template => template.LastLine)
            .Take(templates.Count / FoldedShare).ToList())
        {
            index.Remove(template);
            templates.Remove(template);
            if (!rare.TryGetValue(template.Length, out var one))
            {
                rare[template.Length] = one = template; // In no index: a line like it begins a template of its own.
                one.OpenAll();
                continue;
            }

            one.Absorb(template, 0);
            Merged?.Invoke(template.Id, one.Id);
        }
    }

    private void ForgetShapes()
    {
        shapes.Clear();
        foreach (var template in templates.Where(static template => template.Open == 0))
        {
            shapes[template.ShapeHash] = template; // The index knows those with open positions only.
        }
    }
}
