using Datahall.Server.Energy;

namespace Datahall.Server.Tests.Energy;

public sealed class EnergyLedgerTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 30, 0, TimeSpan.Zero);
    private readonly string directory = Directory.CreateTempSubdirectory("datahall-ledger-").FullName;

    private string Path => System.IO.Path.Combine(directory, "energy.db");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void What_was_recorded_is_there_after_the_next_start_and_adds_up()
    {
        using (var ledger = new EnergyLedger(Path, new()))
        {
            ledger.Add(Key("job", "a"), new() { It = 10, Covered = 10, Facility = 15, Cost = 3 });
            ledger.Record(Now);
            ledger.Add(Key("job", "a"), new() { It = 5, UncountedSeconds = 2 });
            ledger.Record(Now);
            ledger.Add(Key("job", "a"), new() { It = 1000 }); // Never recorded: lost with the process.
        }

        using var again = new EnergyLedger(Path, new());
        again.Add(Key("job", "a"), new() { It = 1, Facility = 2, Covered = 1 });
        again.Record(Now);
        var row = Assert.Single(again.Read(reader => reader.SharesBy(ReportBy.Job, Hour(0), Hour(1), null)));

        Assert.Equal(("a", "q", "EUR"), (row.Name, row.Queue, row.Currency));
        Assert.Equal(new() { It = 16, Covered = 11, Facility = 17, Cost = 3, UncountedSeconds = 2 }, row.Energy);
    }

    [Fact]
    public void Rows_are_added_up_by_what_is_asked()
    {
        using var ledger = new EnergyLedger(Path, new());
        ledger.Add(Key("job", "a"), new() { It = 10 });
        ledger.Add(Key("job", "b") with { Site = "other", Queue = "p" }, new() { It = 30 });
        ledger.Add(Key("service", "s"), new() { It = 5 });
        ledger.Add(Key("idle", "") with { Queue = "" }, new() { It = 2 });
        ledger.Add(Key("node", "n1") with { Queue = "" }, new() { It = 17 });
        ledger.Add(Key("job", "a") with { Hour = Hour(5) }, new() { It = 100 });
        ledger.Record(Now);

        Assert.Equal([("b", 30.0), ("a", 10)], Read(ReportBy.Job));
        Assert.Equal([("s", 5.0)], Read(ReportBy.Service));
        Assert.Equal([("p", 30.0), ("q", 15), ("", 2)], Read(ReportBy.Queue));
        Assert.Equal([("n1", 17.0)], Read(ReportBy.Node));
        Assert.Equal([("other", 30.0), ("lab", 17)], Read(ReportBy.Site));
        Assert.Equal([("a", 10.0)], Read(ReportBy.Job, "lab"));

        (string, double)[] Read(ReportBy by, string? site = null) => [.. ledger.Read(reader => reader.SharesBy(by, Hour(0), Hour(1), site)).Select(static row => (row.Name, row.Energy.It))];
    }

    [Fact]
    public void Energy_without_a_cost_stands_with_that_which_has_one_and_currencies_stand_apart()
    {
        using var ledger = new EnergyLedger(Path, new());
        ledger.Add(Key("job", "a") with { Currency = "" }, new() { It = 1 });
        ledger.Add(Key("job", "a"), new() { It = 10, Cost = 2 });
        ledger.Add(Key("job", "a") with { Currency = "CNY" }, new() { It = 5, Cost = 7 });
        ledger.Record(Now);

        var rows = ledger.Read(reader => reader.SharesBy(ReportBy.Job, Hour(0), Hour(1), null));

        Assert.Equal([("EUR", 11.0, 2.0), ("CNY", 5, 7)], rows.Select(static row => (row.Currency, row.Energy.It, row.Energy.Cost!.Value)));
    }

    [Fact]
    public void Old_hours_go_by_age_and_by_number()
    {
        using var ledger = new EnergyLedger(Path, new() { KeepShares = TimeSpan.FromHours(10), MostShares = 3 });
        foreach (var hour in (int[])[-20, -3, -2, -1, 0])
        {
            ledger.Add(Key("job", "a") with { Hour = Hour(hour) }, new() { It = 1 });
        }

        ledger.Record(Now);

        Assert.Equal(3, Assert.Single(ledger.Read(reader => reader.SharesBy(ReportBy.Job, Hour(-100), Hour(1), null))).Energy.It);
        Assert.Empty(ledger.Read(reader => reader.SharesBy(ReportBy.Job, Hour(-100), Hour(-2), null)));
    }

    [Fact]
    public void Another_programs_file_is_refused()
    {
        using (var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            other.Open();
            using var make = other.CreateCommand();
            make.CommandText = "CREATE TABLE t(x)";
            make.ExecuteNonQuery();
        }

        Assert.Contains("not an energy ledger", Assert.Throws<InvalidDataException>(() => new EnergyLedger(Path, new())).Message, StringComparison.Ordinal);
    }

    private static long Hour(int after) => EnergyLedger.HourOf(Now.AddHours(after));

    private static ShareKey Key(string kind, string name) => new(Hour(0), "lab", "EUR", kind, name, "q");
}
