using Datahall.Control.Inputs;
using Datahall.Server.Alerts;
using Datahall.Server.Loop;
using Microsoft.Extensions.Logging.Abstractions;

namespace Datahall.Server.Tests.Alerts;

public sealed class AlertTellerTests
{
    [Fact]
    public async Task A_change_that_the_core_cannot_bear_is_left_out_and_those_beside_it_are_told()
    {
        var told = new List<string>();
        var teller = new AlertTeller((input, _) => Take(input, told), NullLogger.Instance);
        teller.Add(Change("a"));
        teller.Add(Change("bad"));
        teller.Add(Change("b"));

        var taken = await teller.TellAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b"], told);
        Assert.Equal(["a", "b"], taken.Select(static change => change.Alert.Fingerprint));
        Assert.Empty(await teller.TellAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_the_store_did_not_take_is_told_again_and_of_one_alert_the_last()
    {
        var told = new List<string>();
        var isAway = true;
        var teller = new AlertTeller((input, _) => isAway ? throw new StoreUnavailableException("full") : Take(input, told), NullLogger.Instance);
        teller.Add(Change("a"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => teller.TellAsync(TestContext.Current.CancellationToken));
        teller.Add(Change("a"));
        isAway = false;

        await teller.TellAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["a"], told);
    }

    private static Task<Outcome> Take(Input input, List<string> told)
    {
        var fingerprints = ((ReportAlerts)input).Changes.Select(static change => change.Alert.Fingerprint).ToList();
        if (fingerprints.Contains("bad"))
        {
            throw new CoreFaultException("no", new InvalidOperationException());
        }

        told.AddRange(fingerprints);
        return Task.FromResult<Outcome>(new Accepted([]));
    }

    private static AlertChange Change(string fingerprint) => new(new() { Rule = "r", Fingerprint = fingerprint, Source = "rules", Summary = "s" }, null);
}
