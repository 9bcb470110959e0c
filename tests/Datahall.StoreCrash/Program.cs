using Datahall.Server.Stores;
using Datahall.StoreCrash;

// Datahall.StoreCrash FILE: writes until it is killed, and says on its output what was acknowledged.
await using var store = await SqliteStore.OpenAsync(args[0], CrashWorkload.Options, CancellationToken.None);
await using var output = Console.OpenStandardOutput();
var workload = await CrashWorkload.ResumeAsync(store);
Console.WriteLine("ready");
await workload.WriteForeverAsync(output);
