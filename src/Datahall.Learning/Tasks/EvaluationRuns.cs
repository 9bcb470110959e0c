using Datahall.Learning.Evaluation;
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

    /// <summary>A report of a score alone.</summary>
    public static EvaluationReport Report(EvaluationRequest request, TaskScore score) => new()
    {
        Model = request.Model,
        Data = string.Join(", ", request.Data.Dev),
        Figures = score.Metrics,
    };
}
