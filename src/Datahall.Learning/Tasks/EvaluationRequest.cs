using Datahall.Learning.Evaluation;
using Datahall.Learning.Settings;

namespace Datahall.Learning.Tasks;

/// <summary>What is to be judged.</summary>
/// <param name="Model">The model's folder.</param>
/// <param name="Data">The files, as <see cref="DataSettings.Dev"/>.</param>
/// <param name="Entities">How entities are counted.</param>
/// <param name="Predictions">Where what was found is written; null: nowhere.</param>
internal sealed record EvaluationRequest(string Model, DataSettings Data, EntityMode Entities, string? Predictions)
{
    /// <summary>Pieces that are run at once.</summary>
    public int TokensPerBatch { get; init; } = 4096;
}
