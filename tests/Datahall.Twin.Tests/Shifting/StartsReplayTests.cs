using Datahall.Twin.Shifting;
using Datahall.Twin.Traces;

namespace Datahall.Twin.Tests.Shifting;

public sealed class StartsReplayTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Fact]
    public void Run_lets_a_job_come_at_each_hour()
    {
        File.WriteAllText(file, "time,price\n0,3\n1,1\n2,\n3,5\n"); // The third hour is as the second.

        var report = StartsReplay.Run(file, null, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

        Assert.Equal(("price", 3), (report.Column, report.Jobs));
        Assert.Equal((5.0 / 3, 1, 1), (report.AtOnce, report.Window, report.Parted));
    }

    [Fact]
    public void Run_refuses_a_record_that_is_too_short_or_lacks_the_column()
    {
        File.WriteAllText(file, "time,price\n0,3\n");

        Assert.Contains("has 1 hours", Assert.Throws<TraceException>(() => StartsReplay.Run(file, null, TimeSpan.FromHours(1), TimeSpan.FromHours(1))).Message, StringComparison.Ordinal);
        Assert.Contains("no column 'cost'", Assert.Throws<TraceException>(() => StartsReplay.Run(file, "cost", TimeSpan.FromHours(1), default)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NYIS", 272.811, 261.115)]
    [InlineData("CISO", 256.203, 209.498)]
    public void A_year_of_a_grid_saves_what_the_documents_say(string grid, double atOnce, double window)
    {
        var report = StartsReplay.Run(SharedData.Find($"energy/sustaindc/CI_{grid}_2022.csv"), "avg_CI", TimeSpan.FromHours(3), TimeSpan.FromHours(8));

        Assert.Equal(atOnce, report.AtOnce, 1e-3);
        Assert.Equal(window, report.Window, 1e-3);
        Assert.True(report.Parted <= report.Window);
    }
}
