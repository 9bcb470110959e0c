namespace Datahall.Server.Hosting;

/// <summary>What happens to the tasks on this machine when the server stops.</summary>
public enum StopMode
{
    /// <summary>They run on, and are adopted at the next start.</summary>
    LeaveTasks,

    /// <summary>The built-in agent leaves first: its tasks are stopped, and placed elsewhere where there is room.</summary>
    Drain,
}
