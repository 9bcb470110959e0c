namespace Datahall.Twin.Balancing;

/// <summary>The blocks of prompts that a replica still has; the least recently used give way.</summary>
internal sealed class PromptCache(int capacity)
{
    private readonly Dictionary<ulong, LinkedListNode<ulong>> blocks = [];
    private readonly LinkedList<ulong> byUse = new(); // The latest first.

    /// <summary>Takes a prompt in, and tells how many of its first blocks were there.</summary>
    public int Take(ReadOnlySpan<ulong> prompt)
    {
        var known = 0;
        while (known < prompt.Length && blocks.ContainsKey(prompt[known]))
        {
            known++;
        }

        for (var i = prompt.Length - 1; i >= 0; i--) // The ends of prompts give way before their beginnings.
        {
            if (blocks.Remove(prompt[i], out var node))
            {
                byUse.Remove(node);
            }

            node ??= new(prompt[i]);
            byUse.AddFirst(node);
            blocks.Add(prompt[i], node);
        }

        while (blocks.Count > capacity)
        {
            blocks.Remove(byUse.Last!.Value);
            byUse.RemoveLast();
        }

        return known;
    }
}
