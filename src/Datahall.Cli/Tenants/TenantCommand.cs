using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Datahall.Cli.Apply;
using Datahall.Cli.Client;
using Datahall.Cli.Completion;
using Datahall.Cli.Targets;
using Datahall.Model;

namespace Datahall.Cli.Tenants;

/// <summary><c>datahall tenant</c>: the API keys of those who call models.</summary>
internal static class TenantCommand
{
    private const int KeyBytes = 32;

    public static Command Create(GlobalOptions globals) => new("tenant", "API keys of tenants") { Key(globals), Revoke(globals) };

    private static Command Key(GlobalOptions globals)
    {
        var name = NameOf(globals);
        var key = new Option<string?>("--name") { Description = "What the key is called (default: its date and time)", HelpName = "KEY-NAME" };
        var command = new Command("key", "Make an API key for a tenant, and show it this once") { name, key };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var tenant = await FindAsync(session, parsed.GetRequiredValue(name), cancellationToken);
            var called = parsed.GetValue(key) ?? session.Time.GetUtcNow().ToString("yyyyMMdd-HHmmss", System.Globalization.CultureInfo.InvariantCulture);
            if (tenant.Spec.Keys.Any(known => known.Name == called))
            {
                throw CommandFailure.Refused($"{tenant.Key} has a key '{called}' already; choose another --name, or 'datahall tenant revoke {tenant.Name} {called}'");
            }

            var secret = $"dh-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes))}";
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
            await SaveAsync(session, tenant, [.. tenant.Spec.Keys, new() { Name = called, Sha256 = hash }], cancellationToken);
            session.Terminal.Error.WriteLine($"key '{called}' of {tenant.Key}; it is kept nowhere, and cannot be shown again:");
            session.Terminal.Out.WriteLine(secret);
        });
        return command;
    }

    private static Command Revoke(GlobalOptions globals)
    {
        var name = NameOf(globals);
        var key = new Argument<string>("KEY-NAME") { HelpName = "KEY-NAME", Description = "What the key is called" };
        var command = new Command("revoke", "Take an API key of a tenant away") { name, key };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var session = globals.Open(parsed);
            var tenant = await FindAsync(session, parsed.GetRequiredValue(name), cancellationToken);
            var called = parsed.GetRequiredValue(key);
            var left = tenant.Spec.Keys.Where(known => known.Name != called).ToList();
            if (left.Count == tenant.Spec.Keys.Count)
            {
                var known = tenant.Spec.Keys.Count == 0 ? "it has none" : $"it has {string.Join(", ", tenant.Spec.Keys.Select(static key => key.Name))}";
                throw CommandFailure.Refused($"{tenant.Key} has no key '{called}'; {known}");
            }

            await SaveAsync(session, tenant, left, cancellationToken);
            session.Terminal.Line($"key '{called}' of {tenant.Key} opens nothing any more");
        });
        return command;
    }

    private static Argument<string> NameOf(GlobalOptions globals)
    {
        var name = new Argument<string>("NAME") { HelpName = "NAME", Description = "The tenant; 'key' makes it when there is none" };
        name.CompletionSources.Add(context => ResourceCompletion.NamesOf(globals, context, ResourceKinds.Tenant));
        return name;
    }

    private static async Task<Tenant> FindAsync(Session session, string word, CancellationToken cancellationToken)
    {
        var name = Target.NameOf(ResourceKinds.Tenant, word);
        try
        {
            return (Tenant)(await session.Api.GetAsync(new ResourceKey(ResourceKinds.Tenant, name), cancellationToken)).Value;
        }
        catch (NotFoundFailure)
        {
            return new() { Name = name };
        }
    }

    // The revision that was read goes with it: of two who change the keys at once, one is told to try again.
    private static Task SaveAsync(Session session, Tenant tenant, IReadOnlyList<TenantKey> keys, CancellationToken cancellationToken) =>
        ApplyCall.SendAsync(session.Api, tenant with { Spec = tenant.Spec with { Keys = keys } }, cancellationToken);
}
