using Datahall.Energy.Cooling;
using Datahall.Energy.Facility;
using Datahall.Energy.Sleep;
using Datahall.Model;

namespace Datahall.Energy.Tests.Sleep;

public sealed class SleepControlTests
{
    // 10 servers of 100 W idle and 200 W busy that sleep at 10 W; 60 s down, 300 s up: break-even after 360 + (200 − 100)·300/90 s.
    private static readonly FacilityModel Facility = SiteFacility.Of(new()
    {
        Plant = "room-100kw",
        Servers = [new() { Name = "s", Idle = new(100), Max = new(200), Sleep = new() { Power = new(10), Down = Duration.FromSeconds(60), Up = Duration.FromSeconds(300) } }],
        Halls = [new() { Name = "h", Racks = [new() { Name = "r", Servers = [new() { Model = "s", Count = 10 }] }], Recirculation = new() { Share = 0 } }],
    });

    private const double BreakEven = 360 + (100 * 300 / 90.0);

    [Fact]
    public void Servers_sleep_after_the_break_even_time_and_work_gathers_on_the_others()
    {
        var (control, state) = (new SleepControl(Facility, 0.8, 0.1), Facility.NewState(20));
        var seconds = 0.0;
        while (control.Asleep == 0)
        {
            Step(control, state, 0.2);
            seconds += 10;
        }

        // 2 servers' load fills 3 to 0.8, and one is spare.
        Assert.Equal(BreakEven + 60, seconds, 20.0);
        Assert.Equal(6, control.Asleep);
        Assert.Equal(4, state.Awake[0]);
        Assert.Equal(0.5, state.Utilisation[0], 1e-12);
        Assert.Equal((4 * 150) + (6 * 10), Facility.Step(state, 20, OutdoorAir.Of(20, 0.5), 10).It, 1e-9);
    }

    [Fact]
    public void Waking_takes_its_time_and_power_and_what_cannot_be_served_is_told()
    {
        var (control, state) = (new SleepControl(Facility, 0.8, 0), Facility.NewState(20));
        for (var i = 0; i < 200; i++)
        {
            Step(control, state, 0);
        }

        Assert.Equal(10, control.Asleep);

        var unserved = Step(control, state, 0.4);
        Assert.Equal(4 * 200, unserved, 1e-9);
        Assert.Equal(5, state.Transit[0]);
        Assert.Equal((5 * 200) + (5 * 10), Facility.Step(state, 20, OutdoorAir.Of(20, 0.5), 10).It, 1e-9);

        var late = Enumerable.Range(0, 29).Sum(_ => Step(control, state, 0.4));
        Assert.Equal(29 * 4 * 200, late, 1e-6);
        Assert.Equal(0, Step(control, state, 0.4));
        Assert.Equal(5, state.Awake[0]);
        Assert.Equal(0.8, state.Utilisation[0], 1e-12);
        Assert.Equal(5, control.Wakes);
    }

    [Fact]
    public void A_surplus_that_comes_and_goes_puts_nobody_to_sleep()
    {
        var (control, state) = (new SleepControl(Facility, 0.8, 0), Facility.NewState(20));
        for (var i = 0; i < 2000; i++)
        {
            Step(control, state, i % 60 == 0 ? 0.8 : 0.1); // Every 10 minutes, sooner than the break-even, all are needed.
        }

        Assert.Equal(0, control.Asleep);
        Assert.Equal(10, state.Awake[0]);
    }

    [Fact]
    public void Servers_are_counted_once_whatever_the_load_does()
    {
        var random = new Random(5);
        var (control, state) = (new SleepControl(Facility, 0.7, 0.1), Facility.NewState(20));
        var load = 0.5;
        for (var i = 0; i < 20_000; i++)
        {
            load = i % 97 == 0 ? random.NextDouble() : load;
            Step(control, state, load);

            Assert.Equal(10, state.Awake[0] + state.Transit[0] + control.Asleep);
            Assert.InRange(state.Utilisation[0], 0, 1);
        }

        Assert.True(control.Wakes > 0);
    }

    [Fact]
    public void Control_refuses_shares_out_of_range()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SleepControl(Facility, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SleepControl(Facility, 0.5, 1.5));
    }

    private static double Step(SleepControl control, FacilityState state, double load)
    {
        Array.Fill(state.Utilisation, load);
        var unserved = control.Step(state, 10);
        Facility.Compute(state);
        return unserved;
    }
}
