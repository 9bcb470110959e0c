using System.Globalization;
using Datahall.Monitoring.Templates;

namespace Datahall.Monitoring.Tests.Templates;

/// <summary>Grouping accuracy with one configuration for all systems; only the format of the header differs.</summary>
public sealed class LogHubTests(ITestOutputHelper output)
{
    /// <summary>System, header (LogPAI's notation), the figure of Drain with expressions and thresholds for each system (LogPAI's table), and what we must reach.</summary>
    private static readonly (string System, string Format, double Drain, double Floor)[] Systems =
    [
        ("Apache", @"\[<Time>\] \[<Level>\] <Content>", 1.0, 0.99),
        ("BGL", "<Label> <Timestamp> <Date> <Node> <Time> <NodeRepeat> <Type> <Component> <Level> <Content>", 0.9625, 0.96),
        ("HDFS", "<Date> <Time> <Pid> <Level> <Component>: <Content>", 0.9975, 0.99),
        ("HealthApp", @"<Time>\|<Component>\|<Pid>\|<Content>", 0.78, 0.97),
        ("Linux", @"<Month> <Date> <Time> <Level> <Component>(\[<PID>\])?: <Content>", 0.69, 0.95),
        ("Mac", @"<Month>  <Date> <Time> <User> <Component>\[<PID>\]( \(<Address>\))?: <Content>", 0.7865, 0.92),
        ("OpenSSH", @"<Date> <Day> <Time> <Component> sshd\[<Pid>\]: <Content>", 0.7875, 0.97),
        ("Spark", "<Date> <Time> <Level> <Component>: <Content>", 0.92, 0.97),
        ("Windows", "<Date> <Time>, <Level>                  <Component>    <Content>", 0.997, 0.99),
    ];

    [Fact]
    public void Grouping_is_right_on_every_system_with_one_configuration()
    {
        var (sum, drain) = (0.0, 0.0);
        output.WriteLine("system      ours    Drain, tuned for each");
        foreach (var system in Systems)
        {
            var sample = LogHubSample.Load(system.System);
            var accuracy = sample.Accuracy(sample.Mine(LineFormat.Parse(system.Format)));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{system.System,-10} {accuracy:0.0000}  {system.Drain:0.0000}"));
            Assert.True(accuracy >= system.Floor, $"{system.System}: {accuracy} is below {system.Floor}");
            (sum, drain) = (sum + accuracy, drain + system.Drain);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"mean       {sum / Systems.Length:0.0000}  {drain / Systems.Length:0.0000}"));
        Assert.True(sum / Systems.Length >= 0.95, $"the mean {sum / Systems.Length} is below 0.95");
    }

    [Fact]
    public void Grouping_hardly_depends_on_the_evidence_that_is_asked_for()
    {
        foreach (var needed in (int[])[3, 5, 6])
        {
            var mean = Systems.Average(system =>
            {
                var sample = LogHubSample.Load(system.System);
                return sample.Accuracy(sample.Mine(LineFormat.Parse(system.Format), new() { WordsNeeded = needed }));
            });

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{needed} words: mean {mean:0.0000}"));
            Assert.True(mean >= 0.92, $"{needed} words: {mean}");
        }
    }
}
