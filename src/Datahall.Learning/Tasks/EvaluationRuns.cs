using Datahall.Learning.Settings;

namespace Datahall.Learning.Tasks;

/// <summary>What judging a folder shares with judging while training.</summary>
internal static class EvaluationRuns
{
    /// <summary>Settings of a run that only judges.</summary>
    public static TrainSettings Settings(EvaluationRequest request) => new()
    {
        Task = "",
        Output = "",
        Data = request.Data,
        Training = new() { TokensPerBatch = request.TokensPerBatch },
    };
}
