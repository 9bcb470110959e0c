using Datahall.Energy.Air;
using Datahall.Model;
using Datahall.Twin.Traces;

namespace Datahall.Twin.Energy;

/// <summary>Puts measured recirculation into a site's halls.</summary>
internal static class HallAirFiles
{
    /// <exception cref="TraceException">A file cannot be used, or does not fit its hall.</exception>
    public static SiteSpec Into(SiteSpec site, IReadOnlyList<RecirculationFile> files, Func<string, string> locate)
    {
        foreach (var (index, file) in files.Index())
        {
            var hall = site.Halls.FirstOrDefault(hall => hall.Name == file.Hall)
                ?? throw new TraceException($"spec.recirculation[{index}].hall: the site has no hall '{file.Hall}'; it has {string.Join(", ", site.Halls.Select(static h => h.Name))}");
            var matrix = Read(locate(file.File));
            if (matrix.Places != hall.AllRacks().Count())
            {
                throw new TraceException($"{file.File}: is for {matrix.Places} racks; hall '{hall.Name}' has {hall.AllRacks().Count()}");
            }

            var rows = Enumerable.Range(0, matrix.Places).Select(row => (IReadOnlyList<double>)[.. matrix.Row(row).ToArray().Select(static kelvin => kelvin * 1000)]);
            var with = hall with { Recirculation = new() { KelvinPerKilowatt = [.. rows] } };
            site = site with { Halls = [.. site.Halls.Select(h => h == hall ? with : h)] };
        }

        return site;
    }

    private static RecirculationMatrix Read(string file)
    {
        try
        {
            return RecirculationMatrix.ParseMatrixMarket(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new TraceException($"{file}: {e.Message}");
        }
    }
}
