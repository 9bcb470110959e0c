using Datahall.Energy.Attribution;
using Datahall.Server.Stores;
using Microsoft.Data.Sqlite;

namespace Datahall.Server.Energy;

/// <summary>The energy of each hour, by site, job, service and node, in an SQLite file of its own beside the store.</summary>
/// <remarks>
/// What is added waits in memory until it is recorded, all of it in one transaction: an end of the process loses what was added since, and nothing is counted twice. Old hours
/// are dropped by age and by number. Thread-safe.
/// </remarks>
internal sealed class EnergyLedger : IDisposable
{
    private const long SecondsPerHour = 3600;

    private readonly Lock gate = new();
    private readonly string path;
    private readonly EnergyOptions options;
    private readonly Database database;
    private readonly IDisposable ownership;
    private readonly Statement addShare;
    private readonly Statement addSite;
    private Dictionary<ShareKey, EnergyShare> shares = [];
    private Dictionary<SiteKey, SiteEnergy> sites = [];
    private long prunedAt;

    /// <summary>Opens the ledger, or makes it.</summary>
    /// <exception cref="IOException">The medium refused.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or another program's.</exception>
    public EnergyLedger(string path, EnergyOptions options)
    {
        (this.path, this.options) = (path, options);
        ownership = StoreFile.Take(path);
        try
        {
            database = Database.OpenWriter(path, new());
            LedgerSchema.Ensure(database, path);
            addShare = database.Prepare($"""
                INSERT INTO share VALUES (?, ?, ?, ?, ?, ?, {string.Join(", ", LedgerSchema.ShareColumns.Select(static _ => "?"))})
                ON CONFLICT DO UPDATE SET {string.Join(", ", LedgerSchema.ShareColumns.Select(static c => $"{c} = coalesce({c} + excluded.{c}, {c}, excluded.{c})"))}
                """);
            addSite = database.Prepare($"""
                INSERT INTO site VALUES (?, ?, ?, ?, ?, {string.Join(", ", LedgerSchema.SiteColumns.Select(static _ => "?"))})
                ON CONFLICT DO UPDATE SET {string.Join(", ", LedgerSchema.SiteColumns.Select(static c => $"{c} = {c} + excluded.{c}"))}
                """);
        }
        catch (Exception e)
        {
            database?.Dispose();
            ownership.Dispose();
            throw e is SqliteException failure ? StoreErrors.OfOpen(path, failure) : e;
        }
    }

    /// <summary>The hour that a time is in.</summary>
    public static long HourOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / SecondsPerHour * SecondsPerHour;

    /// <summary>Adds what fell to somebody.</summary>
    public void Add(in ShareKey key, in EnergyShare share)
    {
        lock (gate)
        {
            shares[key] = shares.GetValueOrDefault(key) + share;
        }
    }

    /// <summary>Adds what a site drew.</summary>
    public void Add(in SiteKey key, in SiteEnergy energy)
    {
        lock (gate)
        {
            sites[key] = sites.GetValueOrDefault(key) + energy;
        }
    }

    /// <summary>Makes durable what was added; at each new hour drops what is too old or too much.</summary>
    /// <exception cref="IOException">It could not be written; it is kept and written the next time.</exception>
    public void Record(DateTimeOffset now)
    {
        lock (gate)
        {
            try
            {
                if (shares.Count + sites.Count > 0)
                {
                    Write();
                }

                if (HourOf(now) != prunedAt)
                {
                    Prune(now);
                    prunedAt = HourOf(now);
                }
            }
            catch (SqliteException e)
            {
                database.Rollback();
                throw StoreErrors.OfWrite(path, e);
            }
        }
    }

    /// <summary>Reads, beside the writer.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public T Read<T>(Func<LedgerReader, T> read)
    {
        try
        {
            using var reader = Database.OpenReader(path, new());
            return read(new(reader));
        }
        catch (SqliteException e)
        {
            throw StoreErrors.OfRead(path, e);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            addShare.Dispose();
            addSite.Dispose();
            database.Dispose();
            ownership.Dispose();
        }
    }

    private void Write()
    {
        database.Execute("BEGIN IMMEDIATE");
        foreach (var (key, s) in shares)
        {
            addShare.Bind(1, key.Hour).Bind(2, key.Site).Bind(3, key.Currency).Bind(4, key.Kind).Bind(5, key.Name).Bind(6, key.Queue)
                .Bind(7, s.It).Bind(8, s.Measured).Bind(9, s.Covered).Bind(10, s.UncountedSeconds)
                .Bind(11, s.Facility).Bind(12, s.Cooling).Bind(13, s.Cost).Bind(14, s.CarbonGrams).Run();
        }

        foreach (var (key, energy) in sites)
        {
            addSite.Bind(1, key.Hour).Bind(2, key.Site).Bind(3, key.Currency).Bind(4, key.HasFacility ? 1L : 0).Bind(5, key.HasCarbon ? 1L : 0);
            Bind(energy);
            addSite.Run();
        }

        database.Execute("COMMIT");
        (shares, sites) = ([], []);
    }

    private void Bind(in SiteEnergy energy)
    {
        var a = energy.Account;
        ReadOnlySpan<double> values =
        [
            a.Seconds, a.Compute, a.ServerFans, a.SupplyLoss, a.RackLoss, a.PduLoss, a.UpsLoss, a.UnitFans, a.Compressors, a.TowerFans, a.Pumps, a.Other,
            a.HeatRemoved, a.Reused, a.Renewable, a.WaterLitres, a.CarbonGrams, a.Cost, energy.Described,
        ];
        for (var i = 0; i < values.Length; i++)
        {
            addSite.Bind(6 + i, values[i]);
        }
    }

    private void Prune(DateTimeOffset now)
    {
        Drop("share", HourOf(now - options.KeepShares));
        Drop("site", HourOf(now - options.KeepSites));
        while (database.Number("SELECT count(*) FROM share") > options.MostShares && database.Number("SELECT min(hour) FROM share") is var oldest && oldest < HourOf(now))
        {
            Drop("share", oldest + 1);
        }
    }

    private void Drop(string table, long before) => database.Execute(FormattableString.Invariant($"DELETE FROM {table} WHERE hour < {before}"));
}
