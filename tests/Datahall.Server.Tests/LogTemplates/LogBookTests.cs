using System.Diagnostics.Metrics;
using System.Text;
using Datahall.Monitoring.Anomalies;
using Datahall.Monitoring.Search;
using Datahall.Server.LogTemplates;
using Microsoft.Extensions.DependencyInjection;

namespace Datahall.Server.Tests.LogTemplates;

public sealed class LogBookTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Lines_of_all_tasks_make_templates_and_new_errors_are_counted()
    {
        var counted = new List<string>();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            // Servers of other tests count at the same time.
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => counted.Add(instrument.Name + string.Concat(tags.ToArray().Select(static tag => $" {tag.Value}"))));
        listener.Start();
        var book = new LogBook(new(meters));

        for (var i = 0; i < 5_001; i++)
        {
            Add(book, "a", $"step {i} done");
        }

        Add(book, "b", "ERROR disk is gone");

        var (template, last, of) = book.Templates(LogQuery.Parse("step"), 10).Single();
        Assert.Equal(("step <*> done", 5_001L, "a", "tasks"), (template.Text, template.Lines, last.Shown, of));
        var (seen, text) = book.Anomalies(10).Single();
        Assert.Equal((AnomalyKind.NewTemplate, "b", "ERROR disk is gone"), (seen.Anomaly.Kind, seen.Source.Shown, text));
        Assert.Contains("datahall.logs.anomalies new-template warning", counted);
    }

    [Fact]
    public void Templates_tell_whether_tasks_or_kernels_have_them()
    {
        var book = new LogBook(new(services.GetRequiredService<IMeterFactory>()));

        Add(book, "a", "step 1 done");
        book.Add(new("n1", IsKernel: true), "eth0: link down"u8, now);
        Add(book, "a", "oom-kill: 7");
        book.Add(new("n1", IsKernel: true), "oom-kill: 9"u8, now);

        Assert.Equal(
            ["eth<*>: link down, kernels, node/n1", "oom-kill: <*>, tasks and kernels, node/n1", "step <*> done, tasks, a"],
            book.Templates(LogQuery.Parse(""), 10).Select(static item => $"{item.Template.Text}, {item.Of}, {item.Last.Shown}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Pieces_become_lines_and_a_long_line_is_cut()
    {
        List<string> lines = [];
        var buffer = new LineBuffer();
        foreach (var piece in (string[])["on", "e\r\ntw", "o\n", new string('x', 100_000), "y\nthree\n", "rest"])
        {
            for (var rest = Encoding.UTF8.GetBytes(piece).AsMemory(); !rest.IsEmpty;)
            {
                var length = Math.Min(rest.Length, buffer.Free.Length);
                rest[..length].CopyTo(buffer.Free);
                buffer.Take(length, line => lines.Add(Encoding.UTF8.GetString(line)));
                rest = rest[length..];
            }
        }

        Assert.Equal(["one", "two", new string('x', 65_536), "three"], lines);
    }

    public void Dispose() => services.Dispose();

    private void Add(LogBook book, string task, string line) => book.Add(new(task), Encoding.UTF8.GetBytes(line), now += TimeSpan.FromMilliseconds(1));
}
