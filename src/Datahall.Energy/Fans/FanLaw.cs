namespace Datahall.Energy.Fans;

/// <summary>How the fans of servers are run.</summary>
public enum FanLaw
{
    /// <summary>By load and inlet, as makers ship them.</summary>
    Load,

    /// <summary>By the margin of the hottest component: <see cref="FanControl"/>.</summary>
    Component,
}
