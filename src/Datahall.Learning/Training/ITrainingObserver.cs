using Datahall.Learning.Tasks;

namespace Datahall.Learning.Training;

/// <summary>Is told how a run goes.</summary>
internal interface ITrainingObserver
{
    /// <summary>The run begins, or goes on.</summary>
    /// <param name="steps">All its steps.</param>
    /// <param name="from">The step it goes on from; 0: it is new.</param>
    /// <param name="padding">The share of the batches that is padding, 0 to 1.</param>
    void OnStart(long steps, long from, double padding);

    /// <summary>A step was made.</summary>
    void OnStep(StepReport step);

    /// <summary>The model was judged.</summary>
    /// <param name="step">After which step.</param>
    /// <param name="score">How good it is.</param>
    /// <param name="isBest">Whether it is the best so far.</param>
    void OnScore(long step, TaskScore score, bool isBest);

    /// <summary>A checkpoint is on disk.</summary>
    void OnCheckpoint(long step, string folder);
}

/// <summary>One step.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Loss">The mean loss of its batches.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="GradientNorm">The length of the gradient before it was clipped.</param>
/// <param name="Examples">Its examples.</param>
/// <param name="Tokens">Their pieces, without padding.</param>
/// <param name="Epoch">The epochs that have passed, with a fraction.</param>
internal sealed record StepReport(long Step, double Loss, double Rate, double GradientNorm, int Examples, int Tokens, double Epoch);
