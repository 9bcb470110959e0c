using Datahall.Control.Agents;
using Datahall.Model;
using Datahall.Server.Console.HallFloor;
using Datahall.Server.Console.Live;

namespace Datahall.Console.Tests.HallFloor;

public sealed class FloorTests
{
    private static readonly Site Berlin = new()
    {
        Name = "berlin",
        Spec = new() { Halls = [new() { Name = "h1", Racks = [new() { Name = "x" }], Rows = [new() { Name = "A", Racks = 20 }] }] },
    };

    [Fact]
    public void Racks_stand_in_their_rows_and_no_two_overlap()
    {
        var floor = Assert.Single(FloorPlan.Of([Berlin], [At("n1", "x"), At("n2", "A3"), At("n3", "A3")]));

        Assert.Equal(21, floor.Racks.Count);
        Assert.Equal(["n2", "n3"], floor.Racks.Single(static rack => rack.Name == "A3").Nodes.Select(static node => node.Name));
        Assert.Equal(floor.Racks.Count, floor.Racks.Select(static rack => (rack.X, rack.Y)).Distinct().Count());
        Assert.All(floor.Racks, rack => Assert.True(rack.X + FloorPlan.RackWidth <= floor.Width && rack.Y + rack.Height <= floor.Height));
    }

    [Fact]
    public void Nodes_without_a_place_or_in_a_rack_that_is_not_there_are_shown_apart()
    {
        var floors = FloorPlan.Of([Berlin], [new() { Name = "free" }, At("lost", "Z9")]);

        Assert.Equal(2, floors.Count);
        Assert.Equal(["free", "lost"], floors[1].Racks.SelectMany(static rack => rack.Nodes).Select(static node => node.Name));
    }

    [Fact]
    public void Colours_follow_the_readings_and_silence_is_told()
    {
        var set = ResourceSet.Of(1, [At("cool", "x"), At("hot", "x"), At("silent", "x")]);
        var readings = new Dictionary<string, NodeReadings>
        {
            ["cool"] = new() { Node = "cool", TemperatureCelsius = 30 },
            ["hot"] = new() { Node = "hot", TemperatureCelsius = 40, Devices = [new(0, 1, 0, 99, null)] },
        };

        var colours = FloorColours.Of("temperature", set, readings, new Dictionary<string, double>());

        Assert.Equal(("heat-0", "30 °C"), (colours.Of("cool").Class, colours.Of("cool").Text));
        Assert.Equal(("heat-4", "99 °C"), (colours.Of("hot").Class, colours.Of("hot").Text));
        Assert.Equal("unknown", colours.Of("silent").Class);
        Assert.Equal(5, colours.Legend.Count);
    }

    private static Node At(string name, string rack) => new() { Name = name, Spec = new() { Location = new() { Hall = "h1", Rack = rack } } };
}
