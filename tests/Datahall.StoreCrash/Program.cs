using Datahall.Server.Stores;
using Datahall.StoreCrash;

// Datahall.StoreCrash [--ledger] FILE: writes until it is killed, and says on its output what was acknowledged.
if (args is ["--ledger", var ledger])
{
    LedgerWorkload.WriteForever(ledger);
}

await using var store = await SqliteStore.OpenAsync(args[0], CrashWorkload.Options, CancellationToken.None);
await using var output = Console.OpenStandardOutput();
var workload = await CrashWorkload.ResumeAsync(store);
Console.WriteLine("ready");
await workload.WriteForeverAsync(output);
