using Datahall.Learning.Networks;
using TorchSharp;

namespace Datahall.Learning.Tasks;

/// <summary>A task with its data and model in hand: what the trainer needs of it.</summary>
internal interface ITaskRun : IDisposable
{
    /// <summary>The parameters, those of the head included; what is not frozen is trained.</summary>
    ParameterSet Parameters { get; }

    /// <summary>Where dropout draws from in training; its position is part of a checkpoint.</summary>
    DropoutMasks Dropout { get; }

    /// <summary>The pieces of each training example, which batches are made by.</summary>
    IReadOnlyList<int> Lengths { get; }

    /// <summary>Whether there is something to judge by.</summary>
    bool HasDev { get; }

    /// <summary>Whether a parameter is of the head, by its name.</summary>
    bool IsHead(string parameter);

    /// <summary>The mean loss of a batch: a scalar with a gradient.</summary>
    /// <param name="batch">Indices of training examples.</param>
    /// <param name="epoch">The epoch, from 0; what is drawn anew each time depends on it.</param>
    torch.Tensor Loss(IReadOnlyList<int> batch, int epoch);

    /// <summary>Judges the model on the dev data.</summary>
    TaskScore Judge(CancellationToken cancellationToken);

    /// <summary>Where a training example comes from, for errors: file and line.</summary>
    string Describe(int example);

    /// <summary>Writes the model as a Hugging Face folder, tokenizer and labels included.</summary>
    void Save(string folder);
}

/// <summary>How good a model is.</summary>
/// <param name="Main">The figure that the best model is chosen by; higher is better.</param>
/// <param name="MainName">What it is.</param>
/// <param name="Metrics">All figures, by name.</param>
internal sealed record TaskScore(double Main, string MainName, IReadOnlyDictionary<string, double> Metrics);
