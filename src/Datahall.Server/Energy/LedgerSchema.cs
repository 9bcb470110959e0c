using Datahall.Server.Stores;

namespace Datahall.Server.Energy;

/// <summary>The tables of the ledger's file.</summary>
internal static class LedgerSchema
{
    /// <summary>"Dhen", in the file's header.</summary>
    private const long ApplicationId = 0x4468656e;

    private const long Version = 1;

    /// <summary>The columns of a share, in the order of <see cref="EnergyLedger"/>'s statements; the last four of energy may be NULL: not known.</summary>
    public static IReadOnlyList<string> ShareColumns { get; } = ["it", "measured", "covered", "uncounted", "facility", "cooling", "cost", "carbon"];

    /// <summary>The columns of a site.</summary>
    public static IReadOnlyList<string> SiteColumns { get; } =
    [
        "seconds", "compute", "server_fans", "supply_loss", "rack_loss", "pdu_loss", "ups_loss", "unit_fans", "compressors", "tower_fans", "pumps", "other",
        "heat_removed", "reused", "renewable", "water", "carbon", "cost", "described",
    ];

    /// <summary>Makes the tables in an empty file, or finds them.</summary>
    /// <exception cref="InvalidDataException">The file is another program's, or another Datahall's.</exception>
    public static void Ensure(Database database, string path)
    {
        if (database.Number("SELECT count(*) FROM sqlite_schema") == 0)
        {
            database.Execute($"""
                BEGIN IMMEDIATE;
                CREATE TABLE share(
                  hour INTEGER NOT NULL, site TEXT NOT NULL, currency TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, queue TEXT NOT NULL,
                  {string.Join(", ", ShareColumns.Select(static column => $"{column} REAL"))},
                  PRIMARY KEY(hour, site, currency, kind, name, queue)) WITHOUT ROWID;
                CREATE TABLE site(
                  hour INTEGER NOT NULL, site TEXT NOT NULL, currency TEXT NOT NULL, facility INTEGER NOT NULL, has_carbon INTEGER NOT NULL,
                  {string.Join(", ", SiteColumns.Select(static column => $"{column} REAL NOT NULL"))},
                  PRIMARY KEY(hour, site, currency, facility, has_carbon)) WITHOUT ROWID;
                PRAGMA application_id = {ApplicationId};
                PRAGMA user_version = {Version};
                COMMIT;
                """);
        }

        if (database.Number("PRAGMA application_id") != ApplicationId || database.Number("PRAGMA user_version") != Version)
        {
            throw new InvalidDataException($"{path} is not an energy ledger of this version of Datahall: move it away, and a new one is begun; jobs keep what they used in their status");
        }
    }
}
