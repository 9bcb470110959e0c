namespace Datahall.Server.LogTemplates;

/// <summary>Who is followed when there are more logs than can be followed at once: each for a turn, round and round. For one caller at a time.</summary>
/// <param name="most">Followed at once.</param>
/// <param name="newAtOnce">Begun with one look.</param>
/// <param name="turn">How long one is followed at least while others wait.</param>
internal sealed class LogTurns(int most, int newAtOnce, TimeSpan turn)
{
    private readonly Dictionary<string, DateTimeOffset> followed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> lastTurns = new(StringComparer.Ordinal);
    private long turns;

    /// <summary>Whether it was followed before.</summary>
    public bool HadTurn(string name) => lastTurns.ContainsKey(name);

    /// <summary>One is followed no more.</summary>
    public void Ended(string name) => followed.Remove(name);

    /// <summary>Who gives way, and who is followed from now on: those that have waited longest, then by name.</summary>
    /// <param name="names">Everybody there is now.</param>
    /// <param name="now">The time.</param>
    public (IReadOnlyList<string> GiveWay, IReadOnlyList<string> Begin) Next(IReadOnlyCollection<string> names, DateTimeOffset now)
    {
        Forget(names);
        List<string> waiting = [.. names.Where(name => !followed.ContainsKey(name))
            .OrderBy(name => lastTurns.GetValueOrDefault(name)).ThenBy(static name => name, StringComparer.Ordinal).Take(newAtOnce)];
        var free = most - followed.Count;
        List<string> giveWay = [.. followed.Where(pair => now - pair.Value >= turn).OrderBy(static pair => pair.Value).ThenBy(static pair => pair.Key, StringComparer.Ordinal)
            .Take(Math.Max(0, waiting.Count - free)).Select(static pair => pair.Key)];
        giveWay.ForEach(Ended);
        List<string> begin = [.. waiting.Take(free + giveWay.Count)];
        foreach (var name in begin)
        {
            (followed[name], lastTurns[name]) = (now, ++turns);
        }

        return (giveWay, begin);
    }

    private void Forget(IReadOnlyCollection<string> names)
    {
        if (lastTurns.Count > names.Count)
        {
            var here = names.ToHashSet(StringComparer.Ordinal);
            foreach (var gone in lastTurns.Keys.Where(name => !here.Contains(name) && !followed.ContainsKey(name)).ToList())
            {
                lastTurns.Remove(gone);
            }
        }
    }
}
