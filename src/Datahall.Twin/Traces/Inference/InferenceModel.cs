namespace Datahall.Twin.Traces.Inference;

/// <summary>How a server answers requests, and what it draws. The figures are assumptions: a model of 70 billion parameters on eight H100.</summary>
/// <remarks>
/// A prompt is compute-bound: its time goes with 1/clock, and its power is near the rating. Decoding is bound by memory: a sixth of its time goes with the
/// clock, and its power is about half. Dynamic power goes with b·x + (1 − b)·x³ of the clock x. Sources of the shape: POLCA (ASPLOS 2024) and arXiv
/// 2501.08219 (decoding at lower clocks: 42 % less energy for 1 to 6 % more latency).
/// </remarks>
public sealed record InferenceModel
{
    /// <summary>Prompt tokens a second at full clock.</summary>
    public double PromptRate { get; init; } = 20_000;

    /// <summary>The time of a decoding step without requests, in seconds: reading the weights.</summary>
    public double StepSeconds { get; init; } = 0.020;

    /// <summary>What each request adds to it, in seconds.</summary>
    public double StepSecondsPerRequest { get; init; } = 0.00025;

    /// <summary>The part of a decoding step that goes with the clock.</summary>
    public double StepClockShare { get; init; } = 0.15;

    /// <summary>How many requests are decoded together at most.</summary>
    public int MostRequests { get; init; } = 128;

    /// <summary>The power of a prompt, as a share of the way from idle to rated.</summary>
    public double PromptPower { get; init; } = 0.95;

    /// <summary>The power of decoding one request.</summary>
    public double StepPower { get; init; } = 0.40;

    /// <summary>What a full batch adds to it.</summary>
    public double StepPowerOfBatch { get; init; } = 0.25;

    /// <summary>b: the part of dynamic power that goes with the clock alone; the rest goes with its cube.</summary>
    public double LinearShare { get; init; } = 0.4;
}
