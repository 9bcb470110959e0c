namespace Datahall.Twin.Traces.Inference;

/// <summary>One server: prompts first, then all open requests decoded together, a token each a step.</summary>
internal sealed class InferenceServer(InferenceModel model, double idleWatts, double maxWatts)
{
    private readonly Queue<InferenceRequest> waiting = new();
    private readonly PriorityQueue<double, long> open = new(); // When each came, by the step that ends it.
    private long steps;
    private double now;
    private double left; // Of the present step, in seconds at full clock.
    private bool isPrompt;
    private double clock = 1;
    private double dynamicScale = 1;

    /// <summary>How long each finished request took, in seconds.</summary>
    public List<double> Latencies { get; } = [];

    /// <summary>When each of them came, in seconds.</summary>
    public List<double> Came { get; } = [];

    /// <summary>How long each waited for its first token, in seconds.</summary>
    public List<double> FirstTokens { get; } = [];

    /// <summary>How many requests it has.</summary>
    public int Load => waiting.Count + open.Count;

    /// <summary>What its boards took since this was last set to 0, in joules.</summary>
    public double Joules { get; set; }

    /// <summary>Its clock over the highest.</summary>
    public double Clock
    {
        set
        {
            clock = value;
            dynamicScale = value * (model.LinearShare + ((1 - model.LinearShare) * value * value));
        }
    }

    public void Take(InferenceRequest request) => waiting.Enqueue(request);

    public void Advance(double until)
    {
        while (now < until)
        {
            if (left <= 0 && !Begin())
            {
                Joules += idleWatts * (until - now);
                now = until;
                return;
            }

            var rate = isPrompt ? clock : 1 / (1 - model.StepClockShare + (model.StepClockShare / clock));
            var seconds = Math.Min(until - now, left / rate);
            var intensity = isPrompt ? model.PromptPower : model.StepPower + (model.StepPowerOfBatch * open.Count / model.MostRequests);
            Joules += (idleWatts + ((maxWatts - idleWatts) * intensity * dynamicScale)) * seconds;
            now += seconds;
            left -= seconds * rate;
            if (left <= 1e-12)
            {
                left = 0;
                End();
            }
        }
    }

    private bool Begin()
    {
        isPrompt = waiting.Count > 0 && open.Count < model.MostRequests;
        left = isPrompt
            ? waiting.Peek().Context / model.PromptRate
            : open.Count > 0 ? model.StepSeconds + (model.StepSecondsPerRequest * open.Count) : 0;
        return left > 0;
    }

    private void End()
    {
        if (isPrompt)
        {
            var request = waiting.Dequeue();
            FirstTokens.Add(now - request.Seconds);
            if (request.Generated > 1)
            {
                open.Enqueue(request.Seconds, steps + request.Generated - 1);
            }
            else
            {
                Finish(request.Seconds);
            }

            return;
        }

        steps++;
        while (open.TryPeek(out var came, out var last) && last <= steps)
        {
            open.Dequeue();
            Finish(came);
        }
    }

    private void Finish(double came)
    {
        Came.Add(came);
        Latencies.Add(now - came);
    }
}
