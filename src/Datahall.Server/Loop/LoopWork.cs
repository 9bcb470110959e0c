using Datahall.Control.Core;
using Datahall.Control.Inputs;

namespace Datahall.Server.Loop;

/// <summary>Something that waits for the loop.</summary>
internal abstract class LoopWork
{
    /// <summary>Tells whoever waits that it will not be done.</summary>
    public abstract void Fail(Exception why);
}

/// <summary>An input for the core, and who waits for its outcome.</summary>
internal sealed class InputWork(Input input) : LoopWork
{
    // Continuations run elsewhere: a client's handler must never hold up the loop.
    private readonly TaskCompletionSource<Outcome> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Input Input => input;

    public Task<Outcome> Answer => answer.Task;

    public void Complete(Outcome outcome) => answer.TrySetResult(outcome);

    public override void Fail(Exception why) => answer.TrySetException(why);
}

/// <summary>A question to the core, which may step and undo but leaves it as it was.</summary>
internal abstract class QueryWork : LoopWork
{
    /// <summary>Asks, and hands the answer to whoever waits.</summary>
    /// <exception cref="Exception">The core failed; whoever waits is not told yet.</exception>
    public abstract void Run(ControlCore core, DateTimeOffset now);
}

/// <inheritdoc/>
internal sealed class QueryWork<T>(Func<ControlCore, DateTimeOffset, T> query) : QueryWork
{
    private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => answer.Task;

    public override void Run(ControlCore core, DateTimeOffset now) => answer.TrySetResult(query(core, now));

    public override void Fail(Exception why) => answer.TrySetException(why);
}
