using System.Runtime.InteropServices;
using Datahall.Gateway.Balancing;
using Datahall.Twin.Time;

namespace Datahall.Twin.Balancing;

/// <summary>Conversations with a language model: each turn sends the system prompt and all that was said before once more.</summary>
internal sealed class Conversations
{
    private readonly PromptSettings settings;
    private readonly SimRandom random;
    private readonly ulong[][] open;
    private readonly int[] turns;

    public Conversations(PromptSettings settings, SimRandom random)
    {
        (this.settings, this.random) = (settings, random);
        open = new ulong[settings.Open][];
        turns = new int[settings.Open];
        for (var i = 0; i < open.Length; i++)
        {
            Start(i);
            for (var turn = random.Below(settings.Turns); turn > 0; turn--)
            {
                Extend(i);
            }
        }
    }

    /// <summary>The next turn of one of them: which, and the hashes of its prompt's blocks.</summary>
    public (int Conversation, ulong[] Prompt) Next()
    {
        var i = random.Below(open.Length);
        if (turns[i] == settings.Turns)
        {
            Start(i);
        }

        Extend(i);
        return (i, open[i]);
    }

    private void Start(int i)
    {
        turns[i] = 0;
        open[i] = new ulong[settings.SystemBlocks];
        var (hash, system) = (0UL, (ulong)random.Below(settings.SystemPrompts));
        for (var block = 0; block < settings.SystemBlocks; block++)
        {
            hash = open[i][block] = Chain(hash, system);
        }
    }

    private void Extend(int i)
    {
        turns[i]++;
        var (prompt, known) = (open[i], open[i].Length);
        Array.Resize(ref prompt, known + settings.TurnBlocks);
        for (var block = known; block < prompt.Length; block++)
        {
            prompt[block] = Chain(block > 0 ? prompt[block - 1] : 0, random.Next());
        }

        open[i] = prompt;
    }

    private static ulong Chain(ulong prefix, ulong content) =>
        PromptHash.Chain(prefix, MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref content, 1)));
}
