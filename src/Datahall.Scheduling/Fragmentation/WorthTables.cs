using System.Numerics;

namespace Datahall.Scheduling.Fragmentation;

/// <summary>What the free part of a device, and a number of free devices, is worth, for each model and each price of a processor.</summary>
/// <remarks>
/// With fees λ[k] for the kinds and price μ of a processor, a task of kind k brings w[k] = milli[k] − λ[k] − μ × cpu[k]. A device with r left is worth
/// v(r) = τ ln(1 + Σ over k that fit of exp((w[k] + v(r − level[k])) / τ)): the best way of filling it, softened by the temperature τ, because what comes is chance. Computed as
/// Z = exp(v/τ), which turns the sum into multiplications. Free devices together are worth f(n) = max(f(n−1) + v(full), w[k] + f(n − devices[k])), softened alike.
/// </remarks>
internal sealed class WorthTables
{
    private const int Levels = ExpectedDemand.Levels;

    // Exponents beyond this would leave the range of numbers; what is worth so much less is never chosen.
    private const double MostExponent = 600;

    /// <summary>The prices of a processor that nodes are tried with, in thousandths of a device for a thousandth of a processor.</summary>
    private static readonly double[] CpuPrices = [0, .004, .008, .012, .016, .02, .025, .03, .04, .05, .065, .085, .12, .17, .25, .5];

    private readonly ExpectedDemand demand;
    private readonly int models;
    private readonly int mostDevices;
    private readonly double[] part;     // [model, level, price]
    private readonly double[] whole;    // [model, devices, price]
    private readonly double[] z;        // [level, price] of the model at hand
    private readonly double[] byLevel;  // [level, price] of the model at hand
    private readonly double[] weights;  // [kind, model, price]
    private readonly int[][] singles;
    private readonly int[][] multiples;
    private readonly double[] masses;
    private readonly double[] wholeMasses;

    public WorthTables(ExpectedDemand demand, int models, int mostDevices)
    {
        (this.demand, this.models, this.mostDevices) = (demand, models, mostDevices);
        part = new double[models * (Levels + 1) * Prices];
        whole = new double[models * (mostDevices + 1) * Prices];
        z = new double[(Levels + 1) * Prices];
        byLevel = new double[(Levels + 1) * Prices];
        weights = new double[demand.Kinds.Length * models * Prices];
        masses = new double[models * Prices * (Levels + 1)];
        wholeMasses = new double[models * Prices * (mostDevices + 1)];
        singles = [.. Enumerable.Range(0, models).Select(m => KindsFor(m, single: true))];
        multiples = [.. Enumerable.Range(0, models).Select(m => KindsFor(m, single: false))];
    }

    /// <summary>How many prices of a processor are tried.</summary>
    private static int Prices => CpuPrices.Length;

    /// <summary>The least price of a processor: what tasks without devices make of it.</summary>
    public double CpuFloor { get; set; }

    /// <summary>Computes all worths.</summary>
    /// <param name="fees">λ, in thousandths of a device. Shape [kinds].</param>
    /// <param name="temperature">τ, in thousandths of a device.</param>
    public void Fill(ReadOnlySpan<double> fees, double temperature)
    {
        for (var model = 1; model < models; model++)
        {
            FillParts(model, fees, temperature);
            for (var price = 0; price < Prices; price++)
            {
                FillWhole(model, price, fees, temperature);
            }
        }
    }

    /// <summary>What a node is worth, in thousandths of a device: the least over the prices of a processor, as each node has the price that its own shortage makes.</summary>
    public double Worth(int model, long cpuMilli, int wholeDevices, ReadOnlySpan<byte> parts, out int atPrice)
    {
        Span<double> sums = stackalloc double[Prices];
        whole.AsSpan(((model * (mostDevices + 1)) + wholeDevices) * Prices, Prices).CopyTo(sums);
        var row = model * (Levels + 1);
        foreach (var level in parts)
        {
            AddTo(sums, part.AsSpan((row + level) * Prices, Prices));
        }

        var (least, at) = (double.MaxValue, 0);
        for (var price = 0; price < Prices; price++)
        {
            var worth = sums[price] + (Math.Max(CpuPrices[price], CpuFloor) * cpuMilli);
            (least, at) = worth < least ? (worth, price) : (least, at);
        }

        atPrice = at;
        return least;
    }

    /// <summary>How many tasks of each kind the free room would take at these fees, in the mean.</summary>
    /// <param name="room">The free room.</param>
    /// <param name="fees">The fees that the tables were filled with.</param>
    /// <param name="temperature">The temperature that they were filled with.</param>
    /// <param name="taken">Receives the number of tasks. Shape [kinds].</param>
    /// <returns>The processors left over, in thousandths.</returns>
    public double Flow(FreeRoom room, ReadOnlySpan<double> fees, double temperature, Span<double> taken)
    {
        masses.AsSpan().Clear();
        wholeMasses.AsSpan().Clear();
        taken.Clear();
        var cpu = 0.0;
        foreach (ref readonly var state in room.States)
        {
            Worth(state.Model, state.CpuMilli, state.Whole, state.Parts, out var price);
            var row = (state.Model * Prices) + price;
            wholeMasses[(row * (mostDevices + 1)) + state.Whole] += state.Nodes;
            foreach (var level in state.Parts)
            {
                masses[(row * (Levels + 1)) + level] += state.Nodes;
            }

            cpu += (double)state.CpuMilli * state.Nodes;
        }

        for (var model = 1; model < models; model++)
        {
            for (var price = 0; price < Prices; price++)
            {
                FlowWhole(model, price, fees, temperature, taken);
                FlowParts(model, price, fees, temperature, taken);
            }
        }

        for (var kind = 0; kind < taken.Length; kind++)
        {
            cpu -= taken[kind] * demand.Kinds[kind].CpuMilli;
        }

        return cpu;
    }

    private static void AddTo(Span<double> sums, ReadOnlySpan<double> terms)
    {
        var i = 0;
        for (; i <= sums.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(sums[i..]) + new Vector<double>(terms[i..])).CopyTo(sums[i..]);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += terms[i];
        }
    }

    private int[] KindsFor(int model, bool single) =>
        [.. Enumerable.Range(0, demand.Kinds.Length).Where(k => demand.Kinds[k].Models[model] && demand.Kinds[k].Devices == 1 == single)];

    private double Brings(int kind, int price, ReadOnlySpan<double> fees) =>
        demand.Kinds[kind].GpuMilli - fees[kind] - (CpuPrices[price] * demand.Kinds[kind].CpuMilli);

    // All prices of a processor at once: they stand side by side.
    private void FillParts(int model, ReadOnlySpan<double> fees, double temperature)
    {
        byLevel.AsSpan().Clear();
        foreach (var kind in singles[model])
        {
            var sums = byLevel.AsSpan(demand.Kinds[kind].Level * Prices, Prices);
            for (var price = 0; price < Prices; price++)
            {
                var weight = Math.Exp(Math.Clamp(Brings(kind, price, fees) / temperature, -MostExponent, MostExponent));
                weights[(((kind * models) + model) * Prices) + price] = weight;
                sums[price] += weight;
            }
        }

        Span<int> used = stackalloc int[Levels];
        var count = 0;
        for (var level = 1; level <= Levels; level++)
        {
            if (byLevel.AsSpan(level * Prices, Prices).ContainsAnyExceptInRange(0, 1e-9))
            {
                used[count++] = level;
            }
        }

        z.AsSpan(0, Prices).Fill(1);
        for (var left = 1; left <= Levels; left++)
        {
            var row = z.AsSpan(left * Prices, Prices);
            row.Fill(1);
            for (var i = 0; i < count && used[i] <= left; i++)
            {
                AddProduct(row, byLevel.AsSpan(used[i] * Prices, Prices), z.AsSpan((left - used[i]) * Prices, Prices));
            }

            var worths = part.AsSpan(((model * (Levels + 1)) + left) * Prices, Prices);
            for (var price = 0; price < Prices; price++)
            {
                worths[price] = temperature * Math.Log(row[price]);
            }
        }
    }

    private static void AddProduct(Span<double> sums, ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var i = 0;
        for (; i <= sums.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(sums[i..]) + (new Vector<double>(a[i..]) * new Vector<double>(b[i..]))).CopyTo(sums[i..]);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += a[i] * b[i];
        }
    }

    private void FillWhole(int model, int price, ReadOnlySpan<double> fees, double temperature)
    {
        var full = part[(((model * (Levels + 1)) + Levels) * Prices) + price];
        for (var n = 1; n <= mostDevices; n++)
        {
            var stay = WholeOf(model, n - 1, price) + full;
            var sum = 1.0;
            foreach (var kind in multiples[model])
            {
                var devices = demand.Kinds[kind].Devices;
                if (devices <= n)
                {
                    var better = Brings(kind, price, fees) + WholeOf(model, n - devices, price) - stay;
                    sum += Math.Exp(Math.Clamp(better / temperature, -MostExponent, MostExponent));
                }
            }

            whole[(((model * (mostDevices + 1)) + n) * Prices) + price] = stay + (temperature * Math.Log(sum));
        }
    }

    private double WholeOf(int model, int devices, int price) => whole[(((model * (mostDevices + 1)) + devices) * Prices) + price];

    private void FlowWhole(int model, int price, ReadOnlySpan<double> fees, double temperature, Span<double> taken)
    {
        var row = (model * Prices) + price;
        var mass = wholeMasses.AsSpan(row * (mostDevices + 1), mostDevices + 1);
        var full = part[(((model * (Levels + 1)) + Levels) * Prices) + price];
        for (var n = mostDevices; n >= 1; n--)
        {
            if (mass[n] <= 0)
            {
                continue;
            }

            var worth = WholeOf(model, n, price);
            var stay = mass[n] * Math.Exp((WholeOf(model, n - 1, price) + full - worth) / temperature);
            mass[n - 1] += stay;
            masses[(row * (Levels + 1)) + Levels] += stay;
            foreach (var kind in multiples[model])
            {
                var devices = demand.Kinds[kind].Devices;
                if (devices <= n)
                {
                    var go = mass[n] * Math.Exp((Brings(kind, price, fees) + WholeOf(model, n - devices, price) - worth) / temperature);
                    taken[kind] += go;
                    mass[n - devices] += go;
                }
            }
        }
    }

    private void FlowParts(int model, int price, ReadOnlySpan<double> fees, double temperature, Span<double> taken)
    {
        var mass = masses.AsSpan(((model * Prices) + price) * (Levels + 1), Levels + 1);
        if (!mass.ContainsAnyExcept(0.0))
        {
            return;
        }

        Span<double> sums = stackalloc double[Levels + 1];
        Span<double> through = stackalloc double[Levels + 1];
        sums.Clear();
        through.Clear();
        foreach (var kind in singles[model])
        {
            sums[demand.Kinds[kind].Level] += weights[(((kind * models) + model) * Prices) + price];
        }

        FlowLevels(mass, sums, through, part.AsSpan(model * (Levels + 1) * Prices)[price..], temperature);
        foreach (var kind in singles[model])
        {
            var level = demand.Kinds[kind].Level;
            taken[kind] += sums[level] > 1e-9
                ? through[level] * weights[(((kind * models) + model) * Prices) + price] / sums[level]
                : 0;
        }
    }

    // What stands at a level goes on to the levels below in the proportions of the terms that made up its Z.
    private static void FlowLevels(
        Span<double> mass, ReadOnlySpan<double> byLevel, Span<double> through, ReadOnlySpan<double> worths, double temperature)
    {
        Span<double> zs = stackalloc double[Levels + 1];
        Span<int> used = stackalloc int[Levels + 1];
        var count = 0;
        for (var level = 0; level <= Levels; level++)
        {
            zs[level] = Math.Exp(worths[level * Prices] / temperature);
            if (byLevel[level] > 1e-9)
            {
                used[count++] = level;
            }
        }

        for (var left = Levels; left >= 1; left--)
        {
            if (mass[left] <= 1e-9)
            {
                continue;
            }

            var perZ = mass[left] / zs[left];
            for (var i = 0; i < count && used[i] <= left; i++)
            {
                var go = perZ * byLevel[used[i]] * zs[left - used[i]];
                through[used[i]] += go;
                mass[left - used[i]] += go;
            }
        }
    }
}
