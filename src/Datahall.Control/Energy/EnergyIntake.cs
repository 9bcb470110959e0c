using Datahall.Control.Core;
using Datahall.Control.Inputs;
using Datahall.Model;

namespace Datahall.Control.Energy;

/// <summary>Takes over what the energy side says: prices, which live in memory, and what jobs and services used, which is kept.</summary>
internal sealed class EnergyIntake(CoreState state)
{
    // A watt that cost a hundred would be a plant that eats its site; below 0 a server that cools.
    private const double HighestPrice = 100;

    private EnergyPriceList before = EnergyPriceList.None;

    /// <summary>A step begins: what it does can be taken back.</summary>
    public void Begin() => before = state.Indexes.EnergyPrices;

    /// <summary>The step was not committed.</summary>
    public void Undo() => state.Indexes.Price(before, state.All.OfType<Node>());

    public Outcome Take(SetEnergyPrices input)
    {
        var absurd = input.Prices.Nodes.Where(node => !IsPrice(node.Price)).Select(node => new RefusedResource(new(ResourceKinds.Node, node.Node), null, $"its energy price is {node.Price} W/W; it must be from 0 to {HighestPrice}"))
            .Concat(input.Prices.Racks.Where(rack => !IsPrice(rack.Price)).Select(rack => new RefusedResource(new(ResourceKinds.Site, rack.Site), null, $"the energy price of rack {rack.Hall}/{rack.Rack} is {rack.Price} W/W; it must be from 0 to {HighestPrice}")))
            .Take(10).ToList();
        if (absurd.Count > 0)
        {
            return new Refused(RefusalKind.Invalid, absurd);
        }

        if (!input.Prices.Equals(state.Indexes.EnergyPrices))
        {
            state.Indexes.Price(input.Prices, state.All.OfType<Node>());
        }

        return new Accepted([]);
    }

    /// <summary>Writes totals to their owners; one that is gone, or another of the same name, is passed over.</summary>
    public Outcome Take(RecordEnergy input)
    {
        foreach (var (owner, created, energy) in input.Owners)
        {
            switch (state.Find(owner))
            {
                case Job { Status: { } status } job when job.Created == created && status.Energy != energy:
                    state.Put(job with { Status = status with { Energy = energy } });
                    break;
                case Service { Status: { } status } service when service.Created == created && status.Energy != energy:
                    state.Put(service with { Status = status with { Energy = energy } });
                    break;
            }
        }

        return new Accepted([]);
    }

    private static bool IsPrice(double price) => price is >= 0 and <= HighestPrice;
}
